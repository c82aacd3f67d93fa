// One network of an architecture at fresh weights with one batch, and what proxies read of it: each is computed when it is first asked for, once.
import * as tf from "@tensorflow/tfjs";
import { crossEntropy, type RandomStream } from "../backend";
import { UserError } from "../errors";
import { type Cost, costOf, type Design, type NetworkSize } from "../spaces";
import { Network, type Watcher } from "../supernet";
import { Codes } from "./codes";
import { Products } from "./products";
import type { Scored } from "./subject";

/** What several proxies read of a trial. One that is given all that will be read computes what can be had from one pass in one. */
export type Reading = "gradients" | "sensitivities" | "agreement" | "jacobian";

/** A filter or the classifier's matrix, and ∂L/∂w of the batch's mean cross-entropy; null where the loss does not depend on it. */
export interface Weight {
  readonly value: tf.Variable;
  readonly gradient: tf.Tensor | null;
}

/** Batch norms use the batch's statistics in all passes. */
export class Trial {
  readonly design: Design;
  readonly size: NetworkSize;
  readonly #scored: Scored;
  readonly #readings: ReadonlySet<Reading>;
  readonly #kept: tf.Tensor[] = [];
  #network: Network | null = null;
  #images: tf.Tensor4D | null = null;
  #weights: readonly Weight[] | null = null;
  #sensitivities: number | null = null;
  #agreement: Codes | null = null;
  #jacobian: readonly Float32Array[] | null = null;

  /** @param random what is drawn: "weights" of it are the network's. @param readings what will be read, as far as that is known. */
  constructor(
    scored: Scored,
    readonly random: RandomStream,
    readings: Iterable<Reading> = [],
  ) {
    this.#scored = scored;
    this.design = scored.design;
    this.size = scored.size;
    this.#readings = new Set(readings);
  }

  get network(): Network {
    this.#network ??= new Network(this.design, this.size, this.random.split("weights"));
    return this.#network;
  }

  get cost(): Cost {
    return costOf(this.design, this.size);
  }

  /** How many images there are. */
  get count(): number {
    const [height, width, channels] = this.size.image;
    return this.pixels.length / (height * width * channels);
  }

  /** The images' values. */
  get pixels(): Float32Array {
    return this.#scored.images ?? refuse("images");
  }

  /** [n, height, width, channels] */
  get images(): tf.Tensor4D {
    this.#images ??= this.#keep(tf.tensor4d(this.pixels, [this.count, ...this.size.image]));
    return this.#images;
  }

  get labels(): Int32Array {
    return this.#scored.labels ?? refuse("labels");
  }

  /** A pass in training mode, batch norms with the batch's statistics. Wants a tidy around it. */
  forward(watcher?: Watcher, images = this.images): ReturnType<Network["forward"]> {
    const noise = tf.tensor1d([0, 0], "int32");
    return this.network.forward(images, "training", { noise }, watcher);
  }

  /** The batch's mean cross-entropy. Wants a tidy around it. */
  loss(watcher?: Watcher): tf.Scalar {
    const oneHot = tf.oneHot(tf.tensor1d(this.labels, "int32"), this.size.classes);
    return crossEntropy(this.forward(watcher).logits, tf.cast(oneHot, "float32") as tf.Tensor2D);
  }

  /** All convolutions' filters and the classifier's matrix. Batch norms' and biases have one axis, and do not count. */
  get filters(): readonly tf.Variable[] {
    return this.network.parameters.trainable.filter(({ shape }) => shape.length > 1);
  }

  /** The same with their gradients. */
  get weights(): readonly Weight[] {
    if (!this.#weights) this.#lossPass();
    return this.#weights!;
  }

  /** Σ over all outputs of convolutions and classifier of the weights that lead to it times ½ mean_n (Σ_pixels a ∂L/∂a)². */
  get sensitivities(): number {
    if (this.#sensitivities === null) this.#lossPass(true);
    return this.#sensitivities!;
  }

  /** What the ReLUs' codes of the images have in common. */
  get agreement(): Codes {
    if (!this.#agreement && this.#readings.has("agreement")) {
      if (this.#readings.has("gradients") || this.#readings.has("sensitivities")) this.#lossPass();
      else if (this.#readings.has("jacobian")) this.#jacobianPass();
    }
    this.#agreement ??= this.#forwardPass();
    return this.#agreement;
  }

  /** A row an image: the gradient of the sum of all images' logits by it. */
  get jacobian(): readonly Float32Array[] {
    if (!this.#jacobian) this.#jacobianPass();
    return this.#jacobian!;
  }

  dispose(): void {
    tf.dispose(this.#kept);
    this.#network?.dispose();
  }

  #keep<T extends tf.Tensor>(tensor: T): T {
    this.#kept.push(tf.keep(tensor));
    return tensor;
  }

  /** The codes that a pass is to collect on its way; null: nobody will read them, or they are there. */
  #wantedCodes(): Codes | null {
    return this.#readings.has("agreement") && !this.#agreement ? new Codes(this.count) : null;
  }

  #forwardPass(): Codes {
    const codes = new Codes(this.count);
    tf.tidy(() => void this.forward(codes));
    return codes;
  }

  #lossPass(sensitivities = this.#readings.has("sensitivities")): void {
    const { filters } = this;
    const codes = this.#wantedCodes();
    const products = sensitivities ? new Products() : null;
    const xs: tf.Tensor[] = [...filters];
    const watcher: Watcher = {
      activation: codes ? (output) => codes.activation(output) : undefined,
      product: products ? (output, weights) => xs.push(products.add(output, weights)) : undefined,
    };
    const pass = () => {
      const loss = () => this.loss(codes || products ? watcher : undefined);
      // xs grows by the products while the pass runs; TensorFlow.js looks at it afterwards
      const gradients: readonly (tf.Tensor | null)[] = tf.engine().gradients(loss, xs, undefined, true).grads;
      this.#weights ??= filters.map((value, k) => ({
        value,
        gradient: gradients[k] ? this.#keep(gradients[k]) : null,
      }));
      if (products) this.#sensitivities = products.sensitivities(gradients.slice(filters.length));
    };
    try {
      tf.tidy(pass);
    } finally {
      products?.dispose();
    }
    if (codes) this.#agreement = codes;
  }

  #jacobianPass(): void {
    const codes = this.#wantedCodes();
    const logits = (images: tf.Tensor) => tf.sum(this.forward(codes ?? undefined, images as tf.Tensor4D).logits);
    const values = tf.tidy(() => tf.grad(logits)(this.images).dataSync() as Float32Array);
    const length = values.length / this.count;
    this.#jacobian = Array.from({ length: this.count }, (_, k) => values.subarray(k * length, (k + 1) * length));
    if (codes) this.#agreement = codes;
  }
}

function refuse(need: "images" | "labels"): never {
  throw new UserError(`a proxy reads ${need} that the batch has not; name "${need}" among what it needs`);
}
