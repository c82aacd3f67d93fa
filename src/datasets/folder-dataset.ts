// Labelled images in files, decoded when a batch wants them.
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { RandomStream } from "../backend/random";
import { type Batch, Dataset, type DatasetParts, type Part } from "./dataset";
import { centreView, randomView } from "./decode";
import type { DecodedImages } from "./decoded-images";

/** Labelled image files. */
export interface Files extends Part {
  /** [count], below the data set's `source`, with slashes. */
  readonly paths: readonly string[];
  /** [count], in bytes. */
  readonly sizes: readonly number[];
}

export interface FolderDatasetParts extends DatasetParts<Files> {
  decoded: DecodedImages;
}

/** A data set in files, whose batches are promised. */
export class FolderDataset extends Dataset<Promise<Batch>, Files> {
  /** The images in memory; shared by what `take` and `augmented` give. */
  readonly decoded: DecodedImages;
  #sha256: string | undefined;

  constructor(parts: FolderDatasetParts) {
    super(parts);
    this.decoded = parts.decoded;
  }

  /** SHA-256 (hexadecimal) of the list of training and then test files: of each its path below the folder and its size. */
  get sha256(): string {
    if (this.#sha256 === undefined) {
      const hash = createHash("sha256");
      for (const part of [this.train, this.test]) {
        part?.paths.forEach((path, i) => void hash.update(`${path}\t${part.sizes[i]}\n`));
      }
      this.#sha256 = hash.digest("hex");
    }
    return this.#sha256;
  }

  /** As `Dataset.batch`. @throws UserError for a file that cannot be read or decoded. */
  async batch(
    indices: ArrayLike<number>,
    augment: RandomStream | null,
    part: "train" | "test" = "train",
  ): Promise<Batch> {
    const { from, batch } = this.begun(indices, part);
    // All is drawn before anything is decoded: the order in which files are ready must not matter.
    const images = Array.from(indices, (index, slot) => {
      const placement = this.placement(augment);
      const box = augment && this.augmentation.crop === "resized" ? augment.split(augment.uint32()) : null;
      const use = (pixels: Uint8Array) => this.place(pixels, 0, placement, batch, slot);
      return () => this.#decode(from.paths[index], box, use);
    });
    await Promise.all(images.map((decode) => decode()));
    return batch;
  }

  async pixels(index: number): Promise<Uint8Array> {
    let image: Uint8Array = new Uint8Array(0);
    await this.#decode(this.train.paths[index], null, (pixels) => {
      image = pixels;
    });
    return image;
  }

  /** @param box where a random box of the file comes from; without it, what evaluation sees. */
  #decode(path: string, box: RandomStream | null, use: (pixels: Uint8Array) => void): Promise<void> {
    const decode = () => (box ? randomView(box) : centreView)(join(this.source, path), this.shape[0]);
    return box ? this.decoded.once(decode, use) : this.decoded.keeping(path, decode, use);
  }

  protected first({ paths, sizes, labels }: Files, count: number): Files {
    return { count, paths: paths.slice(0, count), sizes: sizes.slice(0, count), labels: labels.subarray(0, count) };
  }
}
