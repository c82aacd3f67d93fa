import * as tf from "@tensorflow/tfjs";
import { at } from "../backend";
import { NoScore } from "./no-score";
import { defineProxy } from "./proxy";
import type { Trial } from "./trial";

/**
 * ln Σ |w ∂R/∂w| with R = Σ logits of one image of ones, weights |w|, without batch norms: how much flows through all paths, whatever the
 * data. The logarithm of the published sum, which it orders alike: the sum itself leaves float32 behind (and float64 is what the
 * published code takes). ReLU6 counts as ReLU, noise as zeros (inferred: the paper knows neither); a user's own functions are taken to be
 * homogeneous, f(a x) = a f(x), as poolings are.
 */
export const synflow = defineProxy({
  name: "synflow",
  formula: "ln Σ |w ∂R/∂w|, R: sum of logits of an image of ones under |w| without batch norms",
  source:
    "Tanaka et al., Pruning Neural Networks without Any Data by Iteratively Conserving Synaptic Flow, NeurIPS 2020",
  better: "higher",
  cost: "a forward and backward pass of one image",
  needs: [],
  score: (trial) => tf.tidy(() => flow(trial)),
});

function flow({ network, filters, size }: Trial): number {
  const { trainable } = network.parameters;
  const absolute = trainable.map((weight) => tf.abs(weight));
  return at(trainable, absolute, () => {
    let scale = 0;
    const { grads } = tf.engine().gradients(
      () => {
        const { logits, exponent } = network.forward(tf.ones([1, ...size.image]), "linear");
        scale = exponent;
        return tf.sum(logits);
      },
      [...filters],
      undefined,
      true,
    );
    const parts = filters.flatMap((w, k) => (grads[k] ? [tf.sum(tf.abs(tf.mul(w, grads[k])))] : []));
    const sum = tf.addN(parts).dataSync()[0];
    if (sum === 0) throw new NoScore("nothing flows from image to logits, so that the sum is 0");
    return Math.log(sum) + scale * Math.LN2;
  });
}
