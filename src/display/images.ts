// A data set shown by its first images of each class, with its sizes and its hash.

import type { ImageDataset } from "../datasets";
import type { MimeBundle } from "./bundle";
import { rasterise } from "./draw";
import { fontFamily, textWidth } from "./font";
import { encodePng } from "./png";
import { grey } from "./theme";

/** An image's side in the picture is this times its own, so that its pixels stay square and sharp. */
const SCALE = 2;
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
export function imageGrid(data: ImageDataset, options: ImageGridOptions = {}): MimeBundle {
  const rows = positive("rows", options.rows ?? 5);
  const columns = Math.min(positive("columns", options.columns ?? 10), data.classes.length);
  return {
    "image/png": rasterise(gridSvg(data, rows, columns), 1).toString("base64"),
    "text/plain": describe(data),
  };
}

/** Sizes, classes and hash in words. */
function describe(data: ImageDataset): string {
  return `${data}\nclasses: ${data.classes.join(", ")}\nSHA-256: ${data.sha256}`;
}

/** `indices[class][k]` is the index of the k-th training image of that class, at most `limit` of each. */
function firstOfEachClass(data: ImageDataset, limit: number): number[][] {
  const indices: number[][] = data.classes.map(() => []);
  data.train.labels.forEach((label, i) => {
    if (indices[label].length < limit) indices[label].push(i);
  });
  return indices;
}

function gridSvg(data: ImageDataset, rows: number, columns: number): string {
  const [height, width] = data.shape;
  const names = data.classes.slice(0, columns);
  const cellWidth = Math.ceil(Math.max(width * SCALE, ...names.map((name) => textWidth(name, NAME_SIZE) + 2))) + GAP;
  const cellHeight = height * SCALE + GAP;
  const [title, ...caption] = captionLines(data);
  const lines = [
    text(title, MARGIN, MARGIN + 13, 14, "font-weight='bold'"),
    ...caption.map((line, i) => text(line, MARGIN, MARGIN + 32 + 15 * i, 11, "fill='#555'")),
  ];
  const top = MARGIN + 32 + 15 * caption.length + 12;
  const images = firstOfEachClass(data, rows).slice(0, columns);
  const cells = images.flatMap((indices, column) => {
    const middle = MARGIN + (column + 0.5) * cellWidth;
    return [
      text(names[column], middle, top - 6, NAME_SIZE, "text-anchor='middle'"),
      ...indices.map((index, row) => image(data, index, middle - (width * SCALE) / 2, top + row * cellHeight)),
    ];
  });
  const textRight = Math.max(textWidth(title, 14, true), ...caption.map((line) => textWidth(line, 11)));
  const full = {
    width: Math.ceil(2 * MARGIN + Math.max(columns * cellWidth, textRight)),
    height: top + rows * cellHeight - GAP + MARGIN,
  };
  return (
    `<svg xmlns='http://www.w3.org/2000/svg' width='${full.width}' height='${full.height}' font-family='${fontFamily}'>` +
    `<rect x='0.5' y='0.5' width='${full.width - 1}' height='${full.height - 1}' rx='4' fill='white' stroke='${grey}' stroke-opacity='0.35'/>` +
    `${lines.join("")}${cells.join("")}</svg>`
  );
}

/** What stands above the images: the data set's title, its sizes, its hash. */
export function captionLines(data: ImageDataset): string[] {
  const [title, sizes] = String(data).split(": ");
  return [title, sizes, `SHA-256 ${data.sha256.slice(0, 12)}…`];
}

/** One training image, its pixels unsmoothed. */
function image(data: ImageDataset, index: number, x: number, y: number): string {
  const [height, width, channels] = data.shape;
  const size = height * width * channels;
  const pixels = data.train.pixels.subarray(index * size, (index + 1) * size);
  const png = encodePng(pixels, height, width, channels as 1 | 3).toString("base64");
  const place = `x='${Math.round(x)}' y='${y}' width='${width * SCALE}' height='${height * SCALE}'`;
  return `<image ${place} image-rendering='optimizeSpeed' href='data:image/png;base64,${png}'/>`;
}

function text(content: string, x: number, y: number, size: number, style: string): string {
  const escaped = content.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<text x='${x}' y='${y}' font-size='${size}' ${style}>${escaped}</text>`;
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`imageGrid: ${name} must be a positive integer, got ${value}`);
}
