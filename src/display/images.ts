// A data set shown by its first images of each class, with its sizes and its hash.

import type { Dataset } from "../datasets";
import { UserError } from "../errors";
import type { MimeBundle } from "./bundle";
import { rasterise } from "./draw";
import { fontFamily, textWidth } from "./font";
import { encodePng } from "./png";
import { grey } from "./theme";

/** A small image's side in the picture is this times its own, so that its pixels stay square and sharp. */
const SCALE = 2;
/** The largest width of an image in the picture. */
const WIDEST = 96;
/** Names of more classes are left out of the text. */
const NAMED = 100;
const GAP = 4;
const MARGIN = 12;
const NAME_SIZE = 10;

export interface ImageGridOptions {
  /** Images of each class, one below the other. Default 5. */
  readonly rows?: number;
  /** Classes side by side, from the first. Default all, at most 10. */
  readonly columns?: number;
}

/**
 * A grid of training images as PNG, a class a column with its name above; a text of the sizes, classes and hash.
 * A place stays empty where a class has fewer images. The background is white, so that it reads in any theme.
 */
export async function imageGrid(data: Dataset, options: ImageGridOptions = {}): Promise<MimeBundle> {
  const rows = positive("rows", options.rows ?? 5);
  const columns = Math.min(positive("columns", options.columns ?? 10), data.classes.length);
  return {
    "image/png": rasterise(await gridSvg(data, rows, columns), 1).toString("base64"),
    "text/plain": describe(data),
  };
}

/** Sizes, classes and hash in words. */
function describe(data: Dataset): string {
  const more = data.classes.length > NAMED ? ", …" : "";
  return `${data}\nclasses: ${data.classes.slice(0, NAMED).join(", ")}${more}\nSHA-256: ${data.sha256}`;
}

/** `indices[class][k]` is the index of the k-th training image of that class, at most `limit` of each. */
function firstOfEachClass(data: Dataset, limit: number): number[][] {
  const indices: number[][] = data.classes.map(() => []);
  for (const [i, label] of data.train.labels.entries()) {
    if (indices[label].length < limit) indices[label].push(i);
  }
  return indices;
}

async function gridSvg(data: Dataset, rows: number, columns: number): Promise<string> {
  const scale = Math.min(SCALE, WIDEST / data.shape[1]);
  const [height, width] = data.shape.map((side) => Math.round(side * scale));
  const names = data.classes.slice(0, columns);
  const cellWidth = Math.ceil(Math.max(width, ...names.map((name) => textWidth(name, NAME_SIZE) + 2))) + GAP;
  const cellHeight = height + GAP;
  const [title, ...caption] = captionLines(data);
  const lines = [
    text(title, MARGIN, MARGIN + 13, 14, "font-weight='bold'"),
    ...caption.map((line, i) => text(line, MARGIN, MARGIN + 32 + 15 * i, 11, "fill='#555'")),
  ];
  const top = MARGIN + 32 + 15 * caption.length + 12;
  const images = firstOfEachClass(data, rows).slice(0, columns);
  const cells = images.map(async (indices, column) => {
    const middle = MARGIN + (column + 0.5) * cellWidth;
    const shown = indices.map(async (index, row) => {
      const box = { x: middle - width / 2, y: top + row * cellHeight, width, height };
      return image(await data.pixels(index), data.shape, box);
    });
    return [
      text(names[column], middle, top - 6, NAME_SIZE, "text-anchor='middle'"),
      ...(await Promise.all(shown)),
    ].join("");
  });
  const textRight = Math.max(textWidth(title, 14, true), ...caption.map((line) => textWidth(line, 11)));
  const full = {
    width: Math.ceil(2 * MARGIN + Math.max(columns * cellWidth, textRight)),
    height: top + rows * cellHeight - GAP + MARGIN,
  };
  return (
    `<svg xmlns='http://www.w3.org/2000/svg' width='${full.width}' height='${full.height}' font-family='${fontFamily}'>` +
    `<rect x='0.5' y='0.5' width='${full.width - 1}' height='${full.height - 1}' rx='4' fill='white' stroke='${grey}' stroke-opacity='0.35'/>` +
    `${lines.join("")}${(await Promise.all(cells)).join("")}</svg>`
  );
}

/** What stands above the images: the data set's title, its sizes, its hash. */
export function captionLines(data: Dataset): string[] {
  return [data.title, String(data).slice(`${data.title}: `.length), `SHA-256 ${data.sha256.slice(0, 12)}…`];
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One image; if it is enlarged, its pixels stay unsmoothed. */
function image(
  pixels: Uint8Array,
  [rows, columns, channels]: Dataset["shape"],
  { x, y, width, height }: Place,
): string {
  const png = encodePng(pixels, rows, columns, channels as 1 | 3).toString("base64");
  const place = `x='${Math.round(x)}' y='${y}' width='${width}' height='${height}'`;
  const rendering = width < columns ? "optimizeQuality" : "optimizeSpeed";
  return `<image ${place} image-rendering='${rendering}' href='data:image/png;base64,${png}'/>`;
}

function text(content: string, x: number, y: number, size: number, style: string): string {
  const escaped = content.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<text x='${x}' y='${y}' font-size='${size}' ${style}>${escaped}</text>`;
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new UserError(`imageGrid: ${name} must be a positive integer, got ${value}`);
}
