// What every data set for image classification has, wherever its images are: in memory (ImageDataset) or in files that are
// decoded when a batch wants them (FolderDataset).
import type { RandomStream } from "../backend/random";
import { UserError } from "../errors";
import { AS_IS, type Augmentation, PADDED_BY_4, type Placement, placeImage, randomPlacement } from "./augmentation";
import { type Split, type SplitKind, splitTraining } from "./splits";

/** The training or the test images. */
export interface Part {
  readonly count: number;
  /** [count], indices of classes. */
  readonly labels: Uint8Array | Uint16Array;
}

/** Images as a network takes them. */
export interface Batch {
  /** [n, height, width, channels], normalised: (pixel/255 − mean) / std of its channel. */
  readonly images: Float32Array;
  /** [n], the class of each image. */
  readonly labels: Int32Array;
}

/** What a `Dataset` is made of; see there. */
export interface DatasetParts<P extends Part> {
  name: string;
  title: string;
  classes: readonly string[];
  shape: readonly [number, number, number];
  train: P;
  test: P | null;
  whole: { readonly train: number; readonly test: number };
  mean: readonly number[];
  std: readonly number[];
  /** Without it, as CIFAR-10's. */
  augmentation?: Augmentation;
  source: string;
}

/** A data set for image classification. Immutable. A batch is given at once (B is `Batch`) or promised. */
export abstract class Dataset<B extends Batch | Promise<Batch> = Batch | Promise<Batch>, P extends Part = Part> {
  /** Short name, as the command line takes it: "cifar10". */
  readonly name: string;
  /** Name as people write it: "CIFAR-10". */
  readonly title: string;
  /** Name of each class; a label is an index into it. */
  readonly classes: readonly string[];
  /** Height, width and channels of each image. */
  readonly shape: readonly [number, number, number];
  readonly train: P;
  readonly test: P | null;
  /** How many images the whole published set has; `train` and `test` may hold fewer. */
  readonly whole: { readonly train: number; readonly test: number };
  /** Mean of each channel, of pixels in [0, 1]. */
  readonly mean: readonly number[];
  /** Standard deviation of each channel, of pixels in [0, 1]. */
  readonly std: readonly number[];
  /** What `batch` does to images if it is given a random stream. */
  readonly augmentation: Augmentation;
  /** Where the images were read from. */
  readonly source: string;
  readonly #levels: Float32Array;

  constructor(parts: DatasetParts<P>) {
    this.name = parts.name;
    this.title = parts.title;
    this.classes = parts.classes;
    this.shape = parts.shape;
    this.train = parts.train;
    this.test = parts.test;
    this.whole = parts.whole;
    this.mean = parts.mean;
    this.std = parts.std;
    this.augmentation = checked(parts.augmentation ?? PADDED_BY_4);
    this.source = parts.source;
    this.#levels = normalisedLevels(parts.mean, parts.std);
  }

  /** SHA-256 (hexadecimal) of what the data set holds. */
  abstract readonly sha256: string;

  /**
   * The images of these indices, normalised and, if a stream is given, augmented as `augmentation` says. Arrays are fresh
   * at every call.
   * @throws UserError for an index that is not there.
   */
  abstract batch(indices: ArrayLike<number>, augment: RandomStream | null, part?: "train" | "test"): B;

  /** The bytes [height, width, channels] of a training image, as evaluation sees it. */
  abstract pixels(index: number): Uint8Array | Promise<Uint8Array>;

  /** The first images of a part. */
  protected abstract first(part: P, count: number): P;

  /**
   * The first `train` training images and the first `test` test images; without a number, all of that part.
   * @throws UserError if there are not so many.
   */
  take(sizes: { train?: number; test?: number }): this {
    if (sizes.test && !this.test) throw new UserError(`take: this ${this.title} has no test images; leave test out`);
    const first = (part: P, count: number, kind: string): P => {
      if (Number.isInteger(count) && count >= 0 && count <= part.count) return this.first(part, count);
      throw new UserError(
        `take: ${count} ${kind} images; use an integer from 0 to the ${number(part.count)} there are`,
      );
    };
    return this.#with({
      train: first(this.train, sizes.train ?? this.train.count, "training"),
      test: this.test && first(this.test, sizes.test ?? this.test.count, "test"),
    });
  }

  /**
   * The same images under an augmentation that differs in what is given: `data.augmented({ cutout: 16 })`.
   * @throws UserError for sizes that are none, or a resized crop of images that are in memory.
   */
  augmented(changes: Partial<Augmentation>): this {
    return this.#with({ augmentation: { ...this.augmentation, ...changes } });
  }

  /**
   * Splits the training images, as lists of their indices: one to learn the weights, one to learn the architecture.
   * "half" (default): the first ⌊n/2⌋ and the rest, by index, as DrNAS does. "nasbench201": the split of CIFAR-10 with
   * which NAS-Bench-201's validation accuracies were made. "drnas-imagenet": 10 % and another 2.5 % of each class, drawn
   * by `seed`, as PC-DARTS and DrNAS search on ImageNet; the rest is left out.
   * @throws UserError for another kind, if "nasbench201" is asked of anything but the whole of CIFAR-10, or
   * "drnas-imagenet" of classes of fewer than 40 images.
   */
  split(kind: SplitKind = "half", seed = 0): Split {
    return splitTraining(this, kind, seed);
  }

  /** "CIFAR-10: 10,000 of 50,000 training images, 1,000 of 10,000 test images, 32×32×3, 10 classes". */
  toString(): string {
    const parts = [partSize(this.train.count, this.whole.train, "training")];
    parts.push(this.test ? partSize(this.test.count, this.whole.test, "test") : "no test images");
    return `${this.title}: ${parts.join(", ")}, ${this.shape.join("×")}, ${this.classes.length} classes`;
  }

  /** A batch with its labels and without images yet, and the part that these indices are in. */
  protected begun(indices: ArrayLike<number>, part: "train" | "test"): { from: P; batch: Batch } {
    const from = this[part];
    if (from === null) throw new UserError(`batch: this ${this.title} has no test images; use part "train"`);
    const labels = Int32Array.from(indices, (index, i) => {
      if (Number.isInteger(index) && index >= 0 && index < from.count) return from.labels[index];
      throw new UserError(
        `batch: index ${index} at position ${i} is not among the ${number(from.count)} ${part} images; use an integer from 0 to ${from.count - 1}`,
      );
    });
    const [height, width, channels] = this.shape;
    return { from, batch: { images: new Float32Array(labels.length * height * width * channels), labels } };
  }

  /** How the next image of a batch is laid. */
  protected placement(augment: RandomStream | null): Placement {
    return augment ? randomPlacement(augment, this.augmentation, this.shape) : AS_IS;
  }

  /** Writes image `index` of `pixels`, laid and normalised, as image `slot` of a batch. */
  protected place(pixels: Uint8Array, index: number, placement: Placement, { images }: Batch, slot: number): void {
    placeImage(pixels, index, this.shape, placement, this.#levels, images, slot);
  }

  #with(changes: Partial<DatasetParts<P>>): this {
    const Class = this.constructor as new (parts: DatasetParts<P>) => this;
    return new Class({ ...this, ...changes });
  }
}

function checked(augmentation: Augmentation): Augmentation {
  const { crop, padding, cutout } = augmentation;
  if (crop !== "padded" && crop !== "resized")
    throw new UserError(`augmentation: unknown crop "${crop}"; use "padded" or "resized"`);
  for (const [name, value] of Object.entries({ padding, cutout })) {
    if (!(Number.isInteger(value) && value >= 0))
      throw new UserError(`augmentation: ${name} ${value} is not a number of pixels; use an integer from 0 on`);
  }
  return augmentation;
}

/** levels[channel * 256 + byte] = (byte/255 − mean) / std: a table is faster than arithmetic for every pixel. */
function normalisedLevels(mean: readonly number[], std: readonly number[]): Float32Array {
  return Float32Array.from({ length: mean.length * 256 }, (_, i) => ((i & 255) / 255 - mean[i >> 8]) / std[i >> 8]);
}

function partSize(count: number, whole: number, part: string): string {
  return `${number(count)}${count === whole ? "" : ` of ${number(whole)}`} ${part} images`;
}

function number(value: number): string {
  return value.toLocaleString("en");
}
