// A user's own images and labels, out of tensors or arrays.
import { UserError } from "../errors";
import { type Augmentation, PADDED_BY_4 } from "./augmentation";
import { ImageDataset, type Images } from "./image-dataset";

type Numbers = ArrayLike<number>;

/** Labels are kept in two bytes at most. */
const MOST_CLASSES = 2 ** 16;

/** What a TensorFlow.js tensor has. */
interface TensorLike {
  readonly shape: readonly number[];
  dataSync(): Numbers;
}

export interface ArrayPart {
  /**
   * [n, height, width, channels], a tensor or its numbers one after the other. Whole numbers from 0 to 255; in a
   * Float32Array, Float64Array or float32 tensor numbers from 0 to 1, kept to 1/255.
   */
  readonly images: TensorLike | Numbers;
  /** [n], the class of each image: whole numbers from 0. */
  readonly labels: TensorLike | Numbers;
}

export interface FromArraysOptions {
  readonly train: ArrayPart;
  readonly test?: ArrayPart;
  /** Height, width and channels (1 or 3) of each image; tensors tell it. */
  readonly shape?: readonly [number, number, number];
  /** Names of the classes. Default: their numbers, up to the largest label. */
  readonly classes?: readonly string[];
  /** Default "own data". */
  readonly name?: string;
  /** Of pixels in [0, 1], by channel. Default: the training images' own. */
  readonly mean?: readonly number[];
  /** Of pixels in [0, 1], by channel. Default: the training images' own. */
  readonly std?: readonly number[];
  /** What differs from a crop padded by 4 pixels, without cutout. */
  readonly augmentation?: Partial<Augmentation>;
}

/**
 * A data set out of arrays or tensors: `datasets.fromArrays({ train: { images, labels }, shape: [8, 8, 1] })`. They are copied.
 * @throws UserError for shapes that do not fit each other, or values that are no pixels or labels.
 */
export function fromArrays(options: FromArraysOptions): ImageDataset {
  const { train, test, name = "own data", augmentation } = options;
  const shape = shapeOf(options);
  const classes = options.classes ?? numbered([train, test]);
  const read = (part: ArrayPart, place: string) => imagesOf(part, place, shape, classes.length);
  const images = read(train, "train");
  if (images.count === 0) throw wrong("train has no images; give at least one");
  const own = moments(images.pixels, shape[2]);
  const tested = test ? read(test, "test") : null;
  return new ImageDataset({
    name,
    title: name,
    classes,
    shape,
    train: images,
    test: tested,
    whole: { train: images.count, test: tested?.count ?? 0 },
    mean: channels("mean", options.mean ?? own.mean, shape[2]),
    std: channels("std", options.std ?? own.std, shape[2]),
    augmentation: { ...PADDED_BY_4, ...augmentation },
    source: "arrays",
  });
}

const wrong = (message: string) => new UserError(`fromArrays: ${message}`);

const isTensor = (values: TensorLike | Numbers): values is TensorLike => "dataSync" in values;

const numbers = (values: TensorLike | Numbers): Numbers => (isTensor(values) ? values.dataSync() : values);

/** Names of the classes that these labels are of: their numbers. */
function numbered(parts: readonly (ArrayPart | undefined)[]): string[] {
  let highest = -1;
  for (const part of parts) {
    const labels = part ? numbers(part.labels) : [];
    for (let i = 0; i < labels.length; i++) if (labels[i] > highest) highest = labels[i];
  }
  if (highest >= MOST_CLASSES) throw wrong(`label ${highest} is too large; number the classes from 0 on`);
  return Array.from({ length: highest + 1 }, (_, label) => String(label));
}

function shapeOf({ train: { images }, shape }: FromArraysOptions): readonly [number, number, number] {
  const told = isTensor(images) ? images.shape.slice(1) : shape;
  if (told === undefined)
    throw wrong("give the shape of an image, such as shape: [32, 32, 3], or a tensor of four dimensions");
  const sizes = told.length === 3 && told.every((size) => Number.isInteger(size) && size > 0);
  if (sizes && (told[2] === 1 || told[2] === 3)) return told as [number, number, number];
  throw wrong(`shape [${told}] is not that of an image; give [height, width, 1] or [height, width, 3]`);
}

function imagesOf(part: ArrayPart, place: string, shape: readonly number[], classes: number): Images {
  const size = shape[0] * shape[1] * shape[2];
  const [images, labels] = [numbers(part.images), numbers(part.labels)];
  const count = images.length / size;
  const told = isTensor(part.images) ? part.images.shape.slice(1) : shape;
  if (!Number.isInteger(count) || told.join() !== shape.join()) {
    throw wrong(
      `${place}.images has ${images.length} numbers, not a whole number of images [${shape}]; give all the same shape`,
    );
  }
  if (labels.length !== count) {
    throw wrong(`${place} has ${count} images [${shape}] and ${labels.length} labels; give each image one label`);
  }
  const labelOf = (label: number, i: number): number => {
    if (Number.isInteger(label) && label >= 0 && label < classes) return label;
    throw wrong(
      `${place}.labels[${i}] is ${label}; give a whole number from 0 to ${classes - 1}, the index of one of the classes`,
    );
  };
  return {
    count,
    pixels: bytesOf(images, `${place}.images`),
    labels: (classes > 256 ? Uint16Array : Uint8Array).from(Array.from(labels, labelOf)),
  };
}

function bytesOf(values: Numbers, place: string): Uint8Array {
  const fractions = values instanceof Float32Array || values instanceof Float64Array;
  return Uint8Array.from(values, (value, i) => {
    if (fractions ? value >= 0 && value <= 1 : Number.isInteger(value) && value >= 0 && value <= 255) {
      return fractions ? Math.round(255 * value) : value;
    }
    throw wrong(
      `${place} holds ${value} at ${i}; give ${
        fractions
          ? "floating-point numbers from 0 to 1, or whole ones in a Uint8Array or int32 tensor"
          : "whole numbers from 0 to 255"
      }`,
    );
  });
}

/** Mean and standard deviation of each channel, of pixels in [0, 1]; a deviation of 0 is given as 1. */
function moments(pixels: Uint8Array, channels: number): { mean: number[]; std: number[] } {
  const [sums, squares] = [new Float64Array(channels), new Float64Array(channels)];
  pixels.forEach((byte, i) => {
    sums[i % channels] += byte / 255;
    squares[i % channels] += (byte / 255) ** 2;
  });
  const count = pixels.length / channels;
  const mean = Array.from(sums, (sum) => sum / count);
  return { mean, std: mean.map((m, c) => Math.sqrt(Math.max(0, squares[c] / count - m * m)) || 1) };
}

function channels(name: string, values: readonly number[], count: number): readonly number[] {
  if (values.length === count && values.every((x) => Number.isFinite(x) && (name !== "std" || x > 0))) return values;
  throw wrong(
    `${name} [${values}] does not fit; give one ${name === "std" ? "positive " : ""}number for each of ${count} channels`,
  );
}
