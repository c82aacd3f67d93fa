// The one look of every chart. Colours keep their meaning throughout and are told apart by colour-blind readers
// (a test simulates it; training and validation: also by dash). Text, axes and background carry no colour of
// their own, so that JupyterLab's dark theme recolours them; drawn in Node they are black on a white page.

import { type Operation, operationNamed, operationNames } from "../spaces";
import { fontFamily } from "./font";

/** Grey that reads on a white page and on JupyterLab's dark one: axes, rules, and the operation `none`. */
export const grey = "#8a8a8a";

/** Told apart by readers with each kind of colour blindness, as far as operations stand on one edge. */
const colours: Readonly<Record<string, string>> = {
  none: grey,
  skip_connect: "#3e95d1",
  avg_pool_3x3: "#05623a",
  max_pool_3x3: "#8fc46a",
  maxpool3x3: "#8fc46a",
  nor_conv_1x1: "#e69f00",
  nor_conv_3x3: "#d55e00",
  "conv1x1-bn-relu": "#e69f00",
  "conv3x3-bn-relu": "#d55e00",
  sep_conv_3x3: "#e69f00",
  sep_conv_5x5: "#c8500a",
  sep_conv_7x7: "#6b2e00",
  dil_conv_3x3: "#861e82",
  dil_conv_5x5: "#7a3cf5",
  conv_7x1_1x7: "#d64a8f",
  noise: "#575757",
  mbconv_3x3_1: "#c9a96a",
  mbconv_5x5_1: "#d98ac0",
  mbconv_7x7_1: "#6fb98f",
  mbconv_3x3_3: "#e5a741",
  mbconv_3x3_6: "#b2580f",
  mbconv_5x5_3: "#d302a5",
  mbconv_5x5_6: "#701a58",
  mbconv_7x7_3: "#128043",
  mbconv_7x7_6: "#144d2c",
  "input 0": "#2919f9",
  "input 1": "#16b730",
  "input 2": "#df2974",
  "input 3": "#1e570d",
  "input 4": "#fa97d0",
  "input 5": "#73136c",
};

/** Colours of a user's own operations, and of runs. */
export const otherColours = ["#cc79a7", "#785ef0", "#0072b2", "#a6761d", "#66a61e", "#dc267f", "#56b4e9", "#b8860b"];

/** The colour of each operation, the same in every picture; operations that NASLab does not have take colours in turn. */
export function operationColours(operations: readonly string[]): string[] {
  let others = 0;
  return operations.map((name) => colours[name] ?? otherColours[others++ % otherColours.length]);
}

/** How every picture shows an operation. */
export interface Look {
  /** `nor_conv_3x3` is "conv 3×3". */
  readonly title: string;
  readonly colour: string;
}

/** The looks of a space's operations; where two have one title, it is their names that are shown. */
export function looksOf(operations: readonly Pick<Operation, "name" | "title">[]): Look[] {
  const colours = operationColours(operations.map(({ name }) => name));
  const times = (title: string) => operations.filter((other) => other.title === title).length;
  return operations.map(({ name, title }, o) => ({ title: times(title) > 1 ? name : title, colour: colours[o] }));
}

/** The looks of operations of which no more is known than their names. */
export const looksOfNames = (names: readonly string[]): Look[] =>
  looksOf(names.map((name) => (builtIn.has(name) ? operationNamed(name) : { name, title: name.replaceAll("_", " ") })));

const builtIn = new Set(operationNames);

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
