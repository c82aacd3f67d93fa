import * as tf from "@tensorflow/tfjs";
import { rowGradients } from "../backend";
import { eigenvalues, symmetric } from "./matrix";
import { NoScore } from "./no-score";
import { defineProxy } from "./proxy";
import type { Trial } from "./trial";

/** Smaller eigenvalues, beside the largest, are float32's noise. */
const NOISE = 1e-6;

/**
 * The condition number of the neural tangent kernel Θ = G Gᵀ; a row of G is the gradient of an image's Σ logits by all filters, the
 * classifier's matrix and the batch norms' scales, in training mode.
 */
export const ntk = defineProxy({
  name: "ntk",
  formula: "λ_max / λ_min of Θ = G Gᵀ, G: gradients of each image's Σ logits by the weights",
  source: "Chen et al., Neural Architecture Search on ImageNet in Four GPU Hours (TE-NAS), ICLR 2021",
  better: "lower",
  cost: "a forward pass, and a backward pass for each image",
  needs: ["images"],
  score(trial) {
    const values = eigenvalues(tangentKernel(trial));
    const [least, largest] = [values[0], values.at(-1)!];
    if (largest === 0) throw new NoScore("the logits do not depend on the weights, so that the kernel is 0");
    if (least < NOISE * largest)
      throw new NoScore(
        `the kernel is singular as far as float32 tells (λ_min / λ_max = ${(least / largest).toPrecision(2)})`,
      );
    return largest / least;
  },
});

function tangentKernel(trial: Trial) {
  const { count } = trial;
  const { trainable, names } = trial.network.parameters;
  const weights = trainable.filter((_, k) => names[k].endsWith(".weight"));
  const products = tf.tidy(() => {
    const logits = () => tf.sum(trial.forward().logits, 1) as tf.Tensor1D;
    const rows = rowGradients(logits, weights, (gradients) =>
      tf.concat1d(gradients.flatMap((gradient) => (gradient ? [tf.reshape(gradient, [-1])] : [])) as tf.Tensor1D[]),
    );
    const all = tf.stack(rows) as tf.Tensor2D;
    return tf.matMul(all, all, false, true).dataSync();
  });
  return symmetric(count, (i, j) => products[i * count + j]);
}
