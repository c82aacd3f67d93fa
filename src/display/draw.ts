// Pictures in Node: a Vega-Lite specification as SVG, an SVG as PNG. Both at once, not in a promise,
// so that the last picture of a live display is there before its notebook cell ends.

import type { Item } from "vega";
import { fontFamily, fontFiles, textWidth } from "./font";

/** A Vega-Lite 5 specification, as plain JSON. */
export type Specification = { readonly [key: string]: unknown };

export interface Drawing {
  readonly svg: string;
  /** What Vega-Lite or Vega found doubtful in the specification; empty for a sound one. */
  readonly warnings: readonly string[];
}

interface TextItem extends Item {
  fontSize?: number;
  fontWeight?: string | number;
}

/** Loads Vega when the first picture is drawn (0.1 s), and gives it the widths of the font that it draws with. */
function loadVega() {
  const vega = require("vega") as typeof import("vega");
  const vegaLite = require("vega-lite") as typeof import("vega-lite");
  const measure = vega as unknown as { textMetrics: { width(item: TextItem, text: unknown): number } };
  measure.textMetrics.width = (item, text) =>
    textWidth(String(text ?? ""), item.fontSize ?? 11, isBold(item.fontWeight));
  return { vega, vegaLite };
}

function isBold(weight: string | number | undefined): boolean {
  return weight === "bold" || Number(weight) >= 600;
}

/** Draws a Vega-Lite 5 specification as a self-contained SVG. Throws what Vega throws for a broken one. */
export function draw(specification: Specification): Drawing {
  const { vega, vegaLite } = loadVega();
  const warnings: string[] = [];
  const logger = vega.logger(vega.Warn, undefined, (_method, _level, messages) =>
    warnings.push(Array.from(messages).join(" ")),
  );
  const compiled = vegaLite.compile(specification as never, { logger }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logger });
  view.run();
  const { _viewWidth: width, _viewHeight: height, _origin: origin } = view as unknown as Placed;
  const { left, right, top, bottom } = view.padding() as Sides;
  const renderer = new (vega as unknown as { SVGStringRenderer: new () => SvgRenderer }).SVGStringRenderer();
  renderer.initialize(null, width + left + right, height + top + bottom, [left + origin[0], top + origin[1]]);
  renderer.background(view.background());
  renderer.render((view.scenegraph() as unknown as { root: unknown }).root);
  view.finalize();
  return { svg: shortened(renderer.svg()), warnings };
}

/** Places to a hundredth of a pixel: a third of the bytes less, and the last bits of a machine's arithmetic do not show. */
const shortened = (svg: string): string =>
  svg.replace(/ (?:d|transform|x2?|y2?|width|height)="[^"]*"/g, (attribute) =>
    attribute.replace(/-?\d+\.\d{3,}(?:e-\d+)?/g, (number) => String(Number(Number(number).toFixed(2)))),
  );

type Sides = { left: number; right: number; top: number; bottom: number };
type Placed = { _viewWidth: number; _viewHeight: number; _origin: [number, number] };
interface SvgRenderer {
  initialize(element: null, width: number, height: number, origin: [number, number]): void;
  background(colour: unknown): void;
  render(scene: unknown): void;
  svg(): string;
}

/** An SVG as PNG, `scale` pixels to a unit or so many across. Text is drawn in DejaVu Sans, whatever fonts the machine has. */
export function rasterise(svg: string, size: number | { readonly across: number } = 2): Buffer {
  const { Resvg } = require("@resvg/resvg-js") as typeof import("@resvg/resvg-js");
  const font = { fontFiles: [...fontFiles], loadSystemFonts: false, defaultFontFamily: fontFamily.split(",")[0] };
  const fitTo =
    typeof size === "number"
      ? ({ mode: "zoom", value: size } as const)
      : ({ mode: "width", value: size.across } as const);
  return Buffer.from(new Resvg(svg, { font, fitTo }).render().asPng());
}
