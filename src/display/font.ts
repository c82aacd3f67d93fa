// Widths of text in DejaVu Sans, read from the font's own tables (OpenType: cmap format 4, hhea, hmtx).
// Node has no canvas to measure with, and a label that is measured wrongly is cut or overlaps its neighbour.

import { readFileSync } from "node:fs";
import path from "node:path";

const folder = path.join(path.dirname(require.resolve("dejavu-fonts-ttf/package.json")), "ttf");

/** The font files that every picture is drawn with, so that no font of the machine is needed. */
export const fontFiles: readonly string[] = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) =>
  path.join(folder, file),
);

/** The CSS font stack of every picture: DejaVu Sans, or a font of the same widths where a browser lacks it. */
export const fontFamily = "DejaVu Sans, Bitstream Vera Sans, Verdana, sans-serif";

class FontWidths {
  private readonly tables = new Map<string, DataView>();
  private readonly known = new Map<number, number>();
  private readonly unitsPerEm: number;
  private readonly horizontalMetrics: number;

  constructor(file: string) {
    const bytes = readFileSync(file);
    const font = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < font.getUint16(4); i++) {
      const record = 12 + 16 * i;
      const tag = bytes.toString("latin1", record, record + 4);
      const table = new DataView(
        font.buffer,
        font.byteOffset + font.getUint32(record + 8),
        font.getUint32(record + 12),
      );
      this.tables.set(tag, table);
    }
    this.unitsPerEm = this.tables.get("head")!.getUint16(18);
    this.horizontalMetrics = this.tables.get("hhea")!.getUint16(34);
  }

  /** Advance width of a character, in units of the font size. */
  advance(code: number): number {
    let width = this.known.get(code);
    if (width === undefined) {
      const glyph = Math.min(this.glyph(code), this.horizontalMetrics - 1);
      width = this.tables.get("hmtx")!.getUint16(4 * glyph) / this.unitsPerEm;
      this.known.set(code, width);
    }
    return width;
  }

  private glyph(code: number): number {
    const cmap = this.tables.get("cmap")!;
    for (let i = 0; i < cmap.getUint16(2); i++) {
      const at = cmap.getUint32(4 + 8 * i + 4);
      if (cmap.getUint16(at) === 4) return glyphOfSegments(cmap, at, code);
    }
    return 0;
  }
}

/** The glyph of a character in a cmap subtable of format 4 (segments of the basic plane), 0 if it has none. */
function glyphOfSegments(cmap: DataView, at: number, code: number): number {
  const size = cmap.getUint16(at + 6); // twice the number of segments
  const ends = at + 14;
  for (let i = 0; i < size; i += 2) {
    if (code > cmap.getUint16(ends + i)) continue;
    const start = cmap.getUint16(ends + size + 2 + i);
    if (code < start) return 0;
    const delta = cmap.getUint16(ends + 2 * size + 2 + i);
    const rangeAt = ends + 3 * size + 2 + i;
    const range = cmap.getUint16(rangeAt);
    if (range === 0) return (code + delta) & 0xffff;
    const glyph = cmap.getUint16(rangeAt + range + 2 * (code - start));
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
  }
  return 0;
}

const fonts: (FontWidths | undefined)[] = [undefined, undefined];

/** Width of a line of text in pixels, drawn in DejaVu Sans at `size` pixels. */
export function textWidth(text: string, size: number, bold = false): number {
  const weight = bold ? 1 : 0;
  fonts[weight] ??= new FontWidths(fontFiles[weight]);
  const font = fonts[weight];
  let width = 0;
  for (const character of text) width += font.advance(character.codePointAt(0)!);
  return width * size;
}
