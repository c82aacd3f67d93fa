// A set of small labelled images held in memory as bytes, and the batches that a network takes from it.
import { createHash } from "node:crypto";
import type { RandomStream } from "../backend/random";
import { AS_IS, placeImage, randomPlacement } from "./augmentation";
import { type Split, type SplitKind, splitTraining } from "./splits";

/** Labelled images: `pixels` is [count, height, width, channels], `labels` is [count], both bytes. */
export interface Images {
  readonly count: number;
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** Images as a network takes them. */
export interface Batch {
  /** [n, height, width, channels], normalised: (pixel/255 − mean) / std of its channel. */
  readonly images: Float32Array;
  /** [n], the class of each image. */
  readonly labels: Int32Array;
}

/** What an `ImageDataset` is made of; see there. */
export interface ImageDatasetParts {
  name: string;
  title: string;
  classes: readonly string[];
  shape: readonly [number, number, number];
  train: Images;
  test: Images | null;
  whole: { readonly train: number; readonly test: number };
  mean: readonly number[];
  std: readonly number[];
  source: string;
}

/** A data set for image classification. Immutable. */
export class ImageDataset {
  /** Short name, as the command line takes it: "cifar10". */
  readonly name: string;
  /** Name as people write it: "CIFAR-10". */
  readonly title: string;
  /** Name of each class; a label is an index into it. */
  readonly classes: readonly string[];
  /** Height, width and channels of each image. */
  readonly shape: readonly [number, number, number];
  readonly train: Images;
  readonly test: Images | null;
  /** How many images the whole published set has; `train` and `test` may hold fewer. */
  readonly whole: { readonly train: number; readonly test: number };
  /** Mean of each channel, of pixels in [0, 1]. */
  readonly mean: readonly number[];
  /** Standard deviation of each channel, of pixels in [0, 1]. */
  readonly std: readonly number[];
  /** Where the images were read from. */
  readonly source: string;
  readonly #levels: Float32Array;
  #sha256: string | undefined;

  constructor(parts: ImageDatasetParts) {
    this.name = parts.name;
    this.title = parts.title;
    this.classes = parts.classes;
    this.shape = parts.shape;
    this.train = parts.train;
    this.test = parts.test;
    this.whole = parts.whole;
    this.mean = parts.mean;
    this.std = parts.std;
    this.source = parts.source;
    this.#levels = normalisedLevels(parts.mean, parts.std);
  }

  /** SHA-256 (hexadecimal) of the training pixels, training labels, test pixels and test labels, in this order. */
  get sha256(): string {
    if (this.#sha256 === undefined) {
      const hash = createHash("sha256").update(this.train.pixels).update(this.train.labels);
      if (this.test) hash.update(this.test.pixels).update(this.test.labels);
      this.#sha256 = hash.digest("hex");
    }
    return this.#sha256;
  }

  /**
   * The first `train` training images and the first `test` test images; without a number, all of that part.
   * @throws RangeError if there are not so many.
   */
  take(sizes: { train?: number; test?: number }): ImageDataset {
    if (sizes.test && !this.test) throw new RangeError(`take: this ${this.title} has no test images; leave test out`);
    const [train, test] = [sizes.train ?? this.train.count, sizes.test ?? this.test?.count ?? 0];
    return new ImageDataset({
      ...this,
      train: firstImages(this.train, train, this.shape, "training"),
      test: this.test ? firstImages(this.test, test, this.shape, "test") : null,
    });
  }

  /**
   * Splits the training images in two, as lists of their indices: one to learn the weights, one to learn the
   * architecture. "half" (default): the first ⌊n/2⌋ and the rest, by index, as DrNAS does. "nasbench201": the split of
   * CIFAR-10 with which NAS-Bench-201's validation accuracies were made.
   * @throws RangeError for another kind, or if "nasbench201" is asked of anything but the whole of CIFAR-10.
   */
  split(kind: SplitKind = "half"): Split {
    return splitTraining(this, kind);
  }

  /**
   * The images of these indices, normalised and, if a stream is given, augmented: a random crop of the image padded by
   * 4 black pixels, then a horizontal flip with probability ½. Arrays are fresh at every call.
   * @throws RangeError for an index that is not there.
   */
  batch(indices: ArrayLike<number>, augment: RandomStream | null, part: "train" | "test" = "train"): Batch {
    const from = this[part];
    if (from === null) throw new RangeError(`batch: this ${this.title} has no test images; use part "train"`);
    const count = indices.length;
    const images = new Float32Array(count * this.shape[0] * this.shape[1] * this.shape[2]);
    const labels = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const index = indices[i];
      if (!(Number.isInteger(index) && index >= 0 && index < from.count)) {
        throw new RangeError(
          `batch: index ${index} at position ${i} is not among the ${number(from.count)} ${part} images; use an integer from 0 to ${from.count - 1}`,
        );
      }
      const placement = augment ? randomPlacement(augment) : AS_IS;
      placeImage(from.pixels, index, this.shape, placement, this.#levels, images, i);
      labels[i] = from.labels[index];
    }
    return { images, labels };
  }

  /** "CIFAR-10: 10,000 of 50,000 training images, 1,000 of 10,000 test images, 32×32×3, 10 classes". */
  toString(): string {
    const parts = [partSize(this.train.count, this.whole.train, "training")];
    parts.push(this.test ? partSize(this.test.count, this.whole.test, "test") : "no test images");
    return `${this.title}: ${parts.join(", ")}, ${this.shape.join("×")}, ${this.classes.length} classes`;
  }
}

/** levels[channel * 256 + byte] = (byte/255 − mean) / std: a table is faster than arithmetic for every pixel. */
function normalisedLevels(mean: readonly number[], std: readonly number[]): Float32Array {
  return Float32Array.from({ length: mean.length * 256 }, (_, i) => ((i & 255) / 255 - mean[i >> 8]) / std[i >> 8]);
}

function firstImages(images: Images, count: number, shape: ImageDataset["shape"], part: string): Images {
  if (!(Number.isInteger(count) && count >= 0 && count <= images.count)) {
    throw new RangeError(
      `take: ${count} ${part} images; use an integer from 0 to the ${number(images.count)} there are`,
    );
  }
  const pixels = images.pixels.subarray(0, count * shape[0] * shape[1] * shape[2]);
  return { count, pixels, labels: images.labels.subarray(0, count) };
}

function partSize(count: number, whole: number, part: string): string {
  return `${number(count)}${count === whole ? "" : ` of ${number(whole)}`} ${part} images`;
}

function number(value: number): string {
  return value.toLocaleString("en");
}
