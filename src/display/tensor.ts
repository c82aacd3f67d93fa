// A tensor: type, shape and range in words; a small one with its values as a table, or its pixels as an image.
import type { tf } from "../backend";
import type { MimeBundle } from "./bundle";
import { encodePng } from "./png";
import { count, textTable } from "./words";

/** Values a side that a table has at most; larger matrices are images. */
const TABLE = 12;
/** Pixels a side that an image has at most, and at least after enlargement (its pixels stay square). */
const LARGEST = 512;
const ENLARGED = 192;

type Values = Awaited<ReturnType<tf.Tensor["data"]>>;

/** Scalars, vectors and matrices up to 12 × 12 are tables, [height, width], [height, width, 1] and [height, width, 3] up to 512 × 512 images. */
export async function tensorBundle(tensor: tf.Tensor): Promise<MimeBundle> {
  const title = `${tensor.dtype} [${tensor.shape.join(", ")}]`;
  if (tensor.isDisposed) return { "text/plain": `${title}, disposed` };
  if (tensor.dtype === "complex64" || tensor.size === 0) return { "text/plain": title };
  const values = await tensor.data();
  const range = tensor.dtype === "string" ? null : rangeOf(values as Float32Array);
  const text = range ? `${title}, ${range.words}` : title;
  const table = tableOf(tensor, values);
  if (table)
    return {
      "text/markdown": [`\`${text}\``, "", ...markdown(table)].join("\n"),
      "text/plain": `${text}\n${textTable(table)}`,
    };
  const image = range && imageOf(tensor.shape, values, range);
  return image ? { "image/png": image.png, "text/plain": `${text}\n${image.words}` } : { "text/plain": text };
}

interface Range {
  readonly low: number;
  readonly high: number;
  readonly words: string;
}

/** Of the finite values. */
function rangeOf(values: Float32Array | Int32Array | Uint8Array): Range {
  let [low, high, finite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    finite++;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const lost = values.length - finite;
  const words = [
    ...(finite > 0 ? [`from ${short(low)} to ${short(high)}`] : []),
    ...(lost > 0 ? [`${count(lost)} of ${count(values.length)} not finite`] : []),
  ].join(", ");
  return { low, high, words };
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** Rows of cells with the indices as headings; null for what is no small scalar, vector or matrix. */
function tableOf({ rank, shape, dtype }: tf.Tensor, values: Values): string[][] | null {
  const [rows, columns] = rank === 2 ? (shape as [number, number]) : [1, rank === 1 ? shape[0]! : 1];
  if (rank > 2 || rows > TABLE || columns > TABLE) return null;
  const cell = (value: unknown) => {
    if (dtype === "bool") return String(Boolean(value));
    return typeof value === "number" ? short(value) : String(value);
  };
  const indices = (length: number) => Array.from({ length }, (_, index) => String(index));
  return [
    ["", ...indices(columns)],
    ...indices(rows).map((row) => [
      row,
      ...indices(columns).map((column) => cell(values[Number(row) * columns + Number(column)])),
    ]),
  ];
}

function markdown([heading, ...rows]: readonly string[][]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "&#124;")).join(" | ")} |`;
  return [
    line(heading!),
    line(heading!.map(() => "---:")),
    ...rows.map(([row, ...cells]) => line([`**${row}**`, ...cells])),
  ];
}

/** Black is 0 and white 1, or 255, where the values are in that range; else they are the lowest and the highest value. */
function imageOf(shape: readonly number[], values: Values, range: Range): { png: string; words: string } | null {
  const [height, width, channels = 1] = shape;
  if (shape.length < 2 || shape.length > 3 || (channels !== 1 && channels !== 3)) return null;
  if (Math.max(height!, width!) > LARGEST || Math.min(height!, width!) < 2 || range.low > range.high) return null;
  const [black, white] = scaleOf(range);
  const times = Math.max(1, Math.floor(ENLARGED / Math.max(height!, width!)));
  const pixels = new Uint8Array(height! * width! * times * times * channels);
  for (let y = 0, p = 0; y < height! * times; y++)
    for (let x = 0; x < width! * times; x++)
      for (let c = 0; c < channels; c++) {
        const value = Number(values[(Math.floor(y / times) * width! + Math.floor(x / times)) * channels + c]);
        pixels[p++] = Math.round((255 * Math.min(Math.max(value - black, 0), white - black)) / (white - black)); // NaN is black
      }
  const png = encodePng(pixels, height! * times, width! * times, channels).toString("base64");
  return { png, words: `black is ${short(black)}, white is ${short(white)}` };
}

function scaleOf({ low, high }: Range): [black: number, white: number] {
  if (low >= 0 && high <= 1) return [0, 1];
  if (low >= 0 && high <= 255 && high > 1) return [0, 255];
  return [low, high > low ? high : low + 1];
}
