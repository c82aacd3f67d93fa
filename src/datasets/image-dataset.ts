// A set of small labelled images held in memory as bytes.
import { createHash } from "node:crypto";
import type { RandomStream } from "../backend/random";
import { UserError } from "../errors";
import { type Batch, Dataset, type DatasetParts, type Part } from "./dataset";

/** Labelled images: `pixels` is [count, height, width, channels], bytes. */
export interface Images extends Part {
  readonly pixels: Uint8Array;
}

/** A data set in memory, whose batches are there at once. */
export class ImageDataset extends Dataset<Batch, Images> {
  readonly #size: number;
  #sha256: string | undefined;

  constructor(parts: DatasetParts<Images>) {
    super(parts);
    if (this.augmentation.crop === "resized")
      throw new UserError('augmentation: crop "resized" needs image files; use "padded" for images in memory');
    this.#size = this.shape[0] * this.shape[1] * this.shape[2];
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

  batch(indices: ArrayLike<number>, augment: RandomStream | null, part: "train" | "test" = "train"): Batch {
    const { from, batch } = this.begun(indices, part);
    for (let i = 0; i < indices.length; i++) {
      this.place(from.pixels, indices[i], this.placement(augment), batch, i);
    }
    return batch;
  }

  pixels(index: number): Uint8Array {
    return this.train.pixels.subarray(index * this.#size, (index + 1) * this.#size);
  }

  protected first({ pixels, labels }: Images, count: number): Images {
    return { count, pixels: pixels.subarray(0, count * this.#size), labels: labels.subarray(0, count) };
  }
}
