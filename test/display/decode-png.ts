// Pixels of a PNG, by resvg's own decoder: an independent reader of what is drawn.
import { Resvg } from "@resvg/resvg-js";

/** Width, height and RGBA bytes, row by row. */
export function decodePng(png: Buffer): { width: number; height: number; pixels: Buffer } {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const href = `data:image/png;base64,${png.toString("base64")}`;
  const svg =
    `<svg xmlns='http://www.w3.org/2000/svg' width='${width}' height='${height}'>` +
    `<image width='${width}' height='${height}' image-rendering='optimizeSpeed' href='${href}'/></svg>`;
  return { width, height, pixels: new Resvg(svg).render().pixels };
}
