// What a network's convolutions and classifier give, and how much the loss feels the loss of each of their channels.
import * as tf from "@tensorflow/tfjs";

/** Of one pass. */
export class Products {
  readonly #outputs: { readonly output: tf.Tensor; readonly weights: number }[] = [];

  /** @param weights how many lead to one of the outputs. */
  add(output: tf.Tensor, weights: number): tf.Tensor {
    this.#outputs.push({ output: tf.keep(output), weights });
    return output;
  }

  /** Σ over channels a of (weights to a) · ½ mean over images (Σ over pixels a ∂L/∂a)². @param gradients of these. */
  sensitivities(gradients: readonly (tf.Tensor | null)[]): number {
    const each = this.#outputs.map(({ output, weights }, k) =>
      gradients[k] ? tf.mul(sensitivity(output, gradients[k]), weights) : tf.scalar(0),
    );
    return tf.addN(each).dataSync()[0];
  }

  dispose(): void {
    tf.dispose(this.#outputs.map(({ output }) => output));
  }
}

function sensitivity(output: tf.Tensor, gradient: tf.Tensor): tf.Tensor {
  const pixels = Array.from({ length: output.rank - 2 }, (_, k) => k + 1);
  const byImage = tf.sum(tf.mul(output, gradient), pixels);
  return tf.div(tf.sum(tf.mean(tf.square(byImage), 0)), 2);
}
