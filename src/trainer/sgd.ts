// SGD with momentum and weight decay as PyTorch's, with the gradients clipped to a norm, in ordinary tensor code.
import * as tf from "@tensorflow/tfjs";
import type { WeightSettings } from "../methods";

export class Sgd {
  readonly #buffers: readonly tf.Variable[];

  /** @param variables the weights that are trained. */
  constructor(
    readonly variables: readonly tf.Variable[],
    readonly settings: WeightSettings,
  ) {
    this.#buffers = tf.tidy(() => variables.map(({ shape }) => tf.variable(tf.zeros(shape), false)));
  }

  /**
   * One step: v ← momentum · v + (clipped g + decay · w); w ← w - rate · v. Where `healthy` is false nothing changes.
   * @param gradients in the order of the variables. @param rate a scalar tensor.
   */
  step(gradients: readonly tf.Tensor[], norm: tf.Scalar, rate: tf.Scalar, healthy: tf.Tensor): void {
    const { momentum, weightDecay, clip } = this.settings;
    const factor = tf.minimum(tf.div(clip, tf.add(norm, 1e-6)), 1); // torch.nn.utils.clip_grad_norm_
    this.variables.forEach((variable, k) => {
      const buffer = this.#buffers[k];
      const direction = tf.add(tf.mul(gradients[k], factor), tf.mul(variable, weightDecay));
      const velocity = tf.add(tf.mul(buffer, momentum), direction);
      buffer.assign(tf.where(healthy, velocity, buffer));
      variable.assign(tf.where(healthy, tf.sub(variable, tf.mul(velocity, rate)), variable));
    });
  }

  dispose(): void {
    tf.dispose(this.#buffers as tf.Variable[]);
  }
}

/** The Euclidean norm of all tensors together. */
export const globalNorm = (tensors: readonly tf.Tensor[]): tf.Scalar =>
  tf.sqrt(tf.addN(tensors.map((x) => tf.sum(tf.square(x))))) as tf.Scalar;
