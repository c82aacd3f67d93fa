// What the compiled steps have in common: a pass over a batch and what it told.
import * as tf from "@tensorflow/tfjs";
import type { Compiled } from "../backend";
import type { Outcome } from "../supernet";
import type { Gradient } from "./gradients";

/** What one pass over a batch told. */
export interface PassResult {
  readonly loss: number;
  /** Images classified rightly. */
  readonly correct: number;
  /** Whether loss, gradient and statistics are finite; where they are not, the pass has changed nothing. */
  readonly healthy: boolean;
}

/** Runs a compiled step that answers [loss, hits, healthy, more], and frees the inputs' tensors. */
export function runPass<Inputs extends unknown[]>(
  step: Compiled<Inputs, tf.Tensor[]>,
  ...inputs: Inputs
): { result: PassResult; more: Float32Array } {
  try {
    const results = step(...inputs);
    const [loss, correct, healthy, more] = results.map((result) => result.dataSync() as Float32Array);
    tf.dispose(results);
    return { result: { loss: loss[0], correct: correct[0], healthy: Boolean(healthy[0]) }, more };
  } finally {
    tf.dispose(inputs as tf.TensorContainer);
  }
}

/** What a step answers that only looks. */
export const evaluated = ({ loss, correct, running }: Outcome): tf.Tensor[] => [
  loss,
  correct,
  allFinite(loss, running),
];

/** Whether all numbers of all tensors are finite, as a boolean scalar: a sum is finite only if its terms are. */
export const allFinite = (...tensors: Gradient[]): tf.Tensor =>
  tf.isFinite(tf.addN(tensors.flatMap((x) => (x ? [tf.sum(x)] : []))));
