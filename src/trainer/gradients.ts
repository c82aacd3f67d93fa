// The gradients of a pass.
import * as tf from "@tensorflow/tfjs";
import type { Outcome } from "../supernet";

/** Null where the loss does not depend on it. */
export type Gradient = tf.Tensor | null;

/** What a pass tells, and the gradients of its loss. */
export type Differentiated = Outcome & { readonly gradients: readonly Gradient[] };

/** Differentiates the loss of a pass, and keeps what else the pass tells, which tfjs would free with the tape. */
export function differentiate(pass: () => Outcome, xs: readonly tf.Tensor[]): Differentiated {
  let correct!: tf.Scalar;
  let running: tf.Tensor1D | null = null;
  const { value, grads } = tf.engine().gradients(
    () => {
      const outcome = pass();
      correct = tf.keep(outcome.correct);
      running = outcome.running && tf.keep(outcome.running);
      return outcome.loss;
    },
    [...xs],
    undefined,
    true,
  );
  // the copies belong to the caller's tidy
  const owned = <T extends tf.Tensor>(kept: T) => {
    const copy = kept.clone();
    kept.dispose();
    return copy;
  };
  return { loss: value, correct: owned(correct), running: running && owned(running), gradients: grads };
}

/** x + factor · direction, each; null where there is no direction. @param factor a scalar. */
export const moved = (xs: readonly tf.Tensor[], direction: readonly Gradient[], factor: tf.Tensor): Gradient[] =>
  xs.map((x, k) => direction[k] && tf.add(x, tf.mul(direction[k], factor)));

/** The Euclidean norm of all tensors together. */
export const globalNorm = (tensors: readonly Gradient[]): tf.Scalar =>
  tf.sqrt(tf.addN(tensors.flatMap((x) => (x ? [tf.sum(tf.square(x))] : [])))) as tf.Scalar;
