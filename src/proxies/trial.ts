// One network of an architecture at fresh weights with one batch, and what proxies read of it: each is computed when it is first asked for, once.
import * as tf from "@tensorflow/tfjs";
import { crossEntropy, type RandomStream } from "../backend";
import { type Cost, costOf, type Design, type NetworkSize } from "../spaces";
import { Network, type Watcher } from "../supernet";
import { Codes } from "./codes";
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
    return this.#scored.images!;
  }

  /** [n, height, width, channels] */
  get images(): tf.Tensor4D {
    this.#images ??= this.#keep(tf.tensor4d(this.pixels, [this.count, ...this.size.image]));
    return this.#images;
  }

  get labels(): Int32Array {
    return this.#scored.labels!;
  }

  /** What "noise" operations make theirs of; the trial frees it. */
  get noise(): tf.Tensor1D {
    return this.#keep(tf.tensor1d([0, 0], "int32"));
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
    tf.tidy(() => void this.network.forward(this.images, "training", { noise: this.noise }, codes));
    return codes;
  }

  #lossPass(sensitivities = this.#readings.has("sensitivities")): void {
    const { filters, network, images, noise } = this;
    const codes = this.#wantedCodes();
    const outputs: { readonly output: tf.Tensor; readonly weights: number }[] = [];
    const xs: tf.Tensor[] = [...filters];
    const watcher: Watcher = {
      ...(codes && { activation: (x) => codes.activation(x) }),
      ...(sensitivities && {
        product(output, weights) {
          outputs.push({ output: tf.keep(output), weights });
          xs.push(output);
        },
      }),
    };
    tf.tidy(() => {
      const oneHot = tf.cast(tf.oneHot(tf.tensor1d(this.labels, "int32"), this.size.classes), "float32") as tf.Tensor2D;
      const { grads } = tf.engine().gradients(
        () =>
          crossEntropy(
            network.forward(images, "training", { noise }, codes || sensitivities ? watcher : undefined).logits,
            oneHot,
          ),
        xs, // grows by the outputs while the pass runs; TensorFlow.js looks at it afterwards
        undefined,
        true,
      );
      const gradients = grads as (tf.Tensor | null)[];
      this.#weights ??= filters.map((value, k) => ({ value, gradient: gradients[k] && this.#keep(gradients[k]) }));
      if (sensitivities) {
        const each = outputs.map(({ output, weights }, k) =>
          sensitivity(output, gradients[filters.length + k], weights),
        );
        this.#sensitivities = tf.addN(each).dataSync()[0];
      }
    });
    tf.dispose(outputs.map(({ output }) => output));
    if (codes) this.#agreement = codes;
  }

  #jacobianPass(): void {
    const codes = this.#wantedCodes();
    const { network, images, noise } = this;
    const values = tf.tidy(() => {
      const logits = (x: tf.Tensor) =>
        tf.sum(network.forward(x as tf.Tensor4D, "training", { noise }, codes ?? undefined).logits);
      return tf.grad(logits)(images).dataSync() as Float32Array;
    });
    const length = values.length / this.count;
    this.#jacobian = Array.from({ length: this.count }, (_, k) => values.subarray(k * length, (k + 1) * length));
    if (codes) this.#agreement = codes;
  }
}

function sensitivity(output: tf.Tensor, gradient: tf.Tensor | null, weights: number): tf.Tensor {
  if (!gradient) return tf.scalar(0);
  const pixels = Array.from({ length: output.rank - 2 }, (_, k) => k + 1);
  const product = tf.mul(output, gradient);
  const byImage = pixels.length > 0 ? tf.sum(product, pixels) : product;
  return tf.mul(tf.sum(tf.mean(tf.square(byImage), 0)), weights / 2);
}
