// Which images a step sees: all of it follows from the seed and the step's number, so that nothing has to be remembered between steps.
import type { RandomStream } from "../backend";
import type { Batch, Dataset } from "../datasets";
import type { SearchSettings } from "../methods";
import { splitFor } from "./check-data";
import type { SeededBatch } from "./tensors";

/** A batch is promised where the data set promises it. */
export class Batches<B extends Batch | Promise<Batch> = Batch | Promise<Batch>> {
  readonly #data: Dataset<B>;
  readonly #random: RandomStream;
  readonly #train: Int32Array;
  readonly #valid: Int32Array;
  readonly #size: number;
  readonly stepsPerEpoch: number;
  #epoch = -1;
  #order: Int32Array = new Int32Array(0);

  constructor(data: Dataset<B>, settings: SearchSettings, random: RandomStream) {
    const { train, valid } = splitFor(data, settings);
    this.#data = data;
    this.#random = random;
    this.#train = train;
    this.#valid = valid;
    this.#size = settings.batch;
    this.stepsPerEpoch = Math.min(
      settings.stepsPerEpoch ?? Number.POSITIVE_INFINITY,
      Math.floor(train.length / settings.batch),
    );
  }

  get validationBatches(): number {
    return Math.ceil(this.#valid.length / this.#size);
  }

  get validationImages(): number {
    return this.#valid.length;
  }

  /** A training batch: each epoch goes through the images in a new order; what does not fill a batch at its end is left out. */
  train(epoch: number, step: number): B {
    if (epoch !== this.#epoch) {
      this.#order = this.#random.split("order").split(epoch).permutation(this.#train.length);
      this.#epoch = epoch;
    }
    const places = this.#order.subarray(step * this.#size, (step + 1) * this.#size);
    return this.#batch(
      places.map((place) => this.#train[place]),
      this.#random.split("train").split(epoch).split(step),
    );
  }

  /** The batch of an architecture step: drawn anew from all validation images at every step, augmented like training (as the authors' loader does). */
  search(epoch: number, step: number): B {
    const stream = this.#random.split("search").split(epoch).split(step);
    const chosen = new Set<number>();
    while (chosen.size < this.#size) chosen.add(this.#valid[stream.below(this.#valid.length)]);
    return this.#batch([...chosen], stream);
  }

  /** The k-th batch of the validation pass over all validation images in their order; the last one is padded with label -1. The authors augment here too, so do we. */
  async validation(epoch: number, k: number): Promise<Batch & { count: number }> {
    const indices = this.#valid.subarray(k * this.#size, (k + 1) * this.#size);
    const batch = await this.#batch(indices, this.#random.split("validation").split(epoch).split(k));
    if (indices.length === this.#size) return { ...batch, count: this.#size };
    const { images, labels } = batch;
    const padded = {
      ...batch,
      images: new Float32Array((images.length / labels.length) * this.#size),
      labels: new Int32Array(this.#size).fill(-1),
      count: labels.length,
    };
    padded.images.set(images);
    padded.labels.set(labels);
    return padded;
  }

  /** With the seed of the noise that a network makes while it sees the batch. */
  #batch(indices: ArrayLike<number>, stream: RandomStream): B {
    const noise = stream.split("noise");
    const seed = [noise.below(2 ** 30), noise.below(2 ** 30)] as const;
    const seeded = (batch: Batch): SeededBatch => ({ ...batch, noise: seed });
    const batch = this.#data.batch(indices, stream);
    return (batch instanceof Promise ? batch.then(seeded) : seeded(batch)) as B;
  }
}
