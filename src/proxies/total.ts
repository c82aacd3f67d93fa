import * as tf from "@tensorflow/tfjs";
import type { Weight } from "./trial";

/** ‖x‖₂ of all elements; tf.norm takes powers for it, which is slow. */
export const euclidean = (x: tf.Tensor): tf.Tensor => tf.sqrt(tf.sum(tf.square(x)));

/** Σ over the weights of what `measure` gives, a scalar; null counts nothing. */
export const total = (weights: readonly Weight[], measure: (weight: Weight) => tf.Tensor | null): number =>
  tf.tidy(() => tf.addN(weights.flatMap((weight) => measure(weight) ?? [])).dataSync()[0]);
