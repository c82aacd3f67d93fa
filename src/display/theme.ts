// The one look of every chart. Colours keep their meaning throughout and are told apart by colour-blind readers
// (operations: Okabe & Ito 2008; training and validation: also by dash). Text, axes and background carry no colour of
// their own, so that JupyterLab's dark theme recolours them; drawn in Node they are black on a white page.

import { fontFamily } from "./font";

/** Grey that reads on a white page and on JupyterLab's dark one: axes, rules, and the operation `none`. */
export const grey = "#8a8a8a";

const operationStyles: Record<string, { colour: string; title: string }> = {
  none: { colour: grey, title: "none" },
  skip_connect: { colour: "#3e95d1", title: "skip" },
  nor_conv_1x1: { colour: "#e69f00", title: "conv 1×1" },
  nor_conv_3x3: { colour: "#d55e00", title: "conv 3×3" },
  avg_pool_3x3: { colour: "#009e73", title: "avg pool 3×3" },
};

/** Colours of what is no operation of NAS-Bench-201, and of runs. */
export const otherColours = ["#cc79a7", "#785ef0", "#0072b2", "#a6761d", "#66a61e", "#dc267f", "#56b4e9", "#b8860b"];

/** The colour of each operation, the same in every picture. Operations of other spaces take colours in turn. */
export function operationColours(operations: readonly string[]): string[] {
  let others = 0;
  return operations.map((name) => operationStyles[name]?.colour ?? otherColours[others++ % otherColours.length]);
}

/** An operation's name as figures write it: `nor_conv_3x3` is "conv 3×3". */
export function operationTitle(name: string): string {
  return operationStyles[name]?.title ?? name.replaceAll("_", " ");
}

/** An edge's name as figures write it: `1<-0` is "1 ← 0". */
export function edgeTitle(name: string): string {
  return name.replace("<-", " ← ");
}

/** The two halves of the images, as colour and dash, in the order training, validation. */
export const halves = {
  domain: ["training", "validation"],
  colours: ["#785ef0", "#dc267f"],
  dashes: [
    [4, 2],
    [1, 0],
  ],
} as const;

/** Colour of a single curve or of a histogram that stands for no operation. */
export const neutral = "#5b7fa6";
/** Colour of the one thing that a figure points at. */
export const accent = "#d62b70";

/** Vega-Lite configuration of every chart. */
export const config = {
  font: fontFamily,
  view: { stroke: null },
  axis: {
    labelFontSize: 11,
    labelFlush: false,
    titleFontSize: 11,
    titleFontWeight: "normal",
    titlePadding: 6,
    domainColor: grey,
    tickColor: grey,
    tickSize: 4,
    labelPadding: 4,
    gridColor: grey,
    gridOpacity: 0.25,
  },
  header: { labelFontSize: 11, labelFontWeight: "bold", labelPadding: 4, title: null },
  legend: { labelFontSize: 11, titleFontSize: 11, titleFontWeight: "normal", symbolStrokeWidth: 2 },
  title: { anchor: "start", frame: "bounds", fontSize: 14, subtitleFontSize: 11, subtitlePadding: 5, offset: 12 },
} as const;

/** The schema that marks a specification as Vega-Lite 5. */
export const schema = "https://vega.github.io/schema/vega-lite/v5.json";
