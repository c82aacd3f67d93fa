// A figure: shows itself in a notebook, and saves itself for a paper.

import { writeFileSync } from "node:fs";
import path from "node:path";
import { refused, UserError } from "../errors";
import { DISPLAY, type MimeBundle, VEGA_LITE } from "./bundle";
import { draw, rasterise, type Specification } from "./draw";

/** A picture with its description in plain text; made from a Vega-Lite 5 specification, or from an SVG document. */
export class Figure {
  /** The Vega-Lite specification, or null for a figure that was drawn by hand. */
  readonly specification: Specification | null;
  /** What the figure says, for a reader without pictures. */
  readonly text: string;
  private drawn: string | null;

  constructor(source: Specification | string, text: string) {
    this.specification = typeof source === "string" ? null : source;
    this.drawn = typeof source === "string" ? source : null;
    this.text = text;
  }

  /** The picture as a self-contained SVG document. */
  get svg(): string {
    this.drawn ??= this.draw();
    return this.drawn;
  }

  /** The picture as PNG, `scale` pixels to a unit of the SVG. */
  png(scale = 2): Buffer {
    return rasterise(this.svg, scale);
  }

  /** The MIME bundle: Vega-Lite where there is a specification, SVG, PNG, plain text. */
  [DISPLAY](): MimeBundle {
    return {
      ...(this.specification && { [VEGA_LITE]: this.specification }),
      "image/svg+xml": this.svg,
      "image/png": this.png().toString("base64"),
      "text/plain": this.text,
    };
  }

  /**
   * Writes the figure to a file and returns its absolute path. The ending says what is written:
   * `.svg`, `.png` (three pixels to a unit: 300 dots an inch at the size of a journal's column), `.json` (Vega-Lite).
   */
  save(file: string): string {
    const encoded = this.encoded(path.extname(file).toLowerCase(), file);
    try {
      writeFileSync(file, encoded);
    } catch (error) {
      throw refused(error, `save: "${file}" cannot be written`, "name another file");
    }
    return path.resolve(file);
  }

  private encoded(ending: string, file: string): string | Buffer {
    if (ending === ".svg") return this.svg;
    if (ending === ".png") return this.png(3);
    if (ending === ".json" && this.specification) return `${JSON.stringify(this.specification, null, 2)}\n`;
    const allowed = this.specification ? ".svg, .png or .json" : ".svg or .png";
    throw new UserError(`save: cannot write this figure as "${file}"; end the file's name in ${allowed}`);
  }

  private draw(): string {
    const { svg, warnings } = draw(this.specification!);
    for (const warning of warnings) process.emitWarning(`Figure: ${warning}`);
    return svg;
  }
}
