// A figure: shows itself in a notebook, and saves itself for a paper.

import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { refused, UserError } from "../errors";
import { writeWhole } from "../runs/files";
import { DISPLAY, type MimeBundle, PLOTLY, VEGA_LITE } from "./bundle";
import { pageWidth } from "./chart";
import { draw, rasterise, type Specification } from "./draw";
import { pdfOf } from "./pdf";

/** A Vega-Lite 5 specification, or an SVG document. */
type Source = Specification | string;

export interface SaveOptions {
  /**
   * The width on paper, a number with its unit (mm, cm, in, pt): "84mm" is a journal's column. A chart is laid out anew for it, so that its
   * labels are 6 points high; a graph is scaled.
   */
  readonly width?: string;
}

const POINTS: Readonly<Record<string, number>> = { mm: 72 / 25.4, cm: 72 / 2.54, in: 72, pt: 1 };

/** The height of most text in a figure, in pixels, and the least on paper, in points. */
const TEXT = { pixels: 11, points: 6 };

/** A picture with its description in plain text. */
export class Figure {
  /** What the figure says, for a reader without pictures. */
  readonly text: string;
  /** The interactive form for plotly.js, which JupyterLab's plugin draws; null for others. */
  readonly plotly: object | null;
  readonly #source: (page: number) => Source;
  #made: Source | undefined;
  #drawn: string | undefined;

  /** @param source a picture, or what makes it for a page of so many pixels. @param plotly `{ data, layout }`. */
  constructor(source: Source | ((page: number) => Source), text: string, plotly: object | null = null) {
    this.#source = typeof source === "function" ? source : () => source;
    this.text = text;
    this.plotly = plotly;
  }

  /** The Vega-Lite specification, or null for a figure that was drawn by hand. */
  get specification(): Specification | null {
    return typeof this.#whole === "string" ? null : this.#whole;
  }

  /** The picture as a self-contained SVG document. */
  get svg(): string {
    this.#drawn ??= svgOf(this.#whole);
    return this.#drawn;
  }

  /** The picture as PNG, `scale` pixels to a unit of the SVG. */
  png(scale = 2): Buffer {
    return rasterise(this.svg, scale);
  }

  /** The MIME bundle: Plotly and Vega-Lite where there are such forms, SVG, PNG, plain text. */
  [DISPLAY](): MimeBundle {
    return {
      ...(this.plotly && { [PLOTLY]: this.plotly }),
      ...(this.specification && { [VEGA_LITE]: this.specification }),
      "image/svg+xml": this.svg,
      "image/png": this.png().toString("base64"),
      "text/plain": this.text,
    };
  }

  /**
   * Writes the figure to a file and returns its absolute path. The ending says what is written: `.svg`, `.pdf` (its font embedded),
   * `.png` (300 dots an inch; without a width three pixels to a unit), `.json` (Vega-Lite, or Plotly where there is none).
   * @throws UserError for another ending, a folder that does not exist, or a width that is none.
   */
  save(file: string, { width }: SaveOptions = {}): string {
    const whole = path.resolve(file);
    const ending = path.extname(file).toLowerCase();
    const write = this.#writers[ending];
    if (!write) {
      const names = Object.keys(this.#writers);
      const allowed = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
      throw new UserError(`save: cannot write this figure as "${file}"; end the file's name in ${allowed}`);
    }
    const points = width === undefined ? null : pointsOf(width);
    const folder = path.dirname(whole);
    if (!existsSync(folder))
      throw new UserError(
        `save: "${file}": there is no folder ${folder}; make it first: mkdirSync("${path.dirname(file)}", { recursive: true })`,
      );
    if (statSync(whole, { throwIfNoEntry: false })?.isDirectory())
      throw new UserError(`save: "${file}" is a folder; name a file in it`);
    const content = write(points);
    try {
      writeWhole(whole, content);
    } catch (error) {
      throw refused(error, `save: "${file}" cannot be written`, "name another file");
    }
    return whole;
  }

  get #whole(): Source {
    this.#made ??= this.#source(pageWidth);
    return this.#made;
  }

  /** The SVG laid out for a width on paper, in points; null: for the notebook. */
  #svgFor(points: number | null): string {
    if (points === null) return this.svg;
    const page = Math.min(pageWidth, Math.floor((points * TEXT.pixels) / TEXT.points));
    return page === pageWidth ? this.svg : svgOf(this.#source(page));
  }

  /** By ending. */
  get #writers(): Readonly<Record<string, (points: number | null) => string | Buffer>> {
    const document = this.specification ?? this.plotly;
    return {
      ".svg": (points) => (points === null ? this.svg : sized(this.#svgFor(points), points)),
      ".pdf": (points) => {
        const svg = this.#svgFor(points);
        return pdfOf(svg, points ?? 0.75 * sizeOf(svg)[0]);
      },
      ".png": (points) =>
        points === null ? this.png(3) : rasterise(this.#svgFor(points), { across: Math.round((points / 72) * 300) }),
      ...(document && { ".json": () => `${JSON.stringify(document, null, 2)}\n` }),
    };
  }
}

function svgOf(source: Source): string {
  if (typeof source === "string") return source;
  const { svg, warnings } = draw(source);
  for (const warning of warnings) process.emitWarning(`Figure: ${warning}`);
  return svg;
}

const sizeOf = (svg: string) => /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!.slice(1).map(Number);

/** The SVG with its size on paper. */
function sized(svg: string, points: number): string {
  const [width, height] = sizeOf(svg);
  const size = (value: number) => `${Number(((value / width) * (points / POINTS.mm)).toFixed(3))}mm`;
  return svg.replace(/<svg[^>]*>/, (tag) =>
    tag.replace(/ width="[\d.]+"/, ` width="${size(width)}"`).replace(/ height="[\d.]+"/, ` height="${size(height)}"`),
  );
}

function pointsOf(width: string): number {
  const [, number, unit] = /^([\d.]+) ?(mm|cm|in|pt)$/.exec(String(width)) ?? [];
  const points = Number(number) * POINTS[unit];
  if (points >= 36 && points <= 14_400) return points; // PDF goes no further
  throw new UserError(`save: width must be a length on paper of at least half an inch, like "84mm", got "${width}"`);
}
