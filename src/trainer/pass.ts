// What the compiled steps have in common: a pass over a batch, its gradient, and an update that is made only if all is finite.
import * as tf from "@tensorflow/tfjs";
import type { Compiled } from "../backend";
import type { Batch } from "../datasets";
import type { Network, NetworkSize, Outcome } from "../supernet";
import { globalNorm, type Sgd } from "./sgd";

/** What one pass over a batch told. */
export interface PassResult {
  readonly loss: number;
  /** Images classified rightly. */
  readonly correct: number;
  /** Whether loss, gradient and statistics are finite; where they are not, the pass has changed nothing. */
  readonly healthy: boolean;
}

/** Runs a compiled step that answers [loss, hits, healthy, more]. @param others what it takes after images and labels; they are freed. */
export function runPass<T extends (tf.Tensor | tf.Tensor[])[]>(
  step: Compiled<[images: tf.Tensor4D, labels: tf.Tensor1D, ...T], tf.Tensor[]>,
  image: NetworkSize["image"],
  { images, labels }: Batch,
  ...others: T
): { result: PassResult; more: Float32Array } {
  const inputs = [tf.tensor4d(images, [labels.length, ...image]), tf.tensor1d(labels, "int32")] as const;
  const results = step(...inputs, ...others);
  const [loss, correct, healthy, more] = results.map((result) => result.dataSync() as Float32Array);
  tf.dispose([...inputs, ...others, ...results]);
  return { result: { loss: loss[0], correct: correct[0], healthy: Boolean(healthy[0]) }, more };
}

/**
 * One SGD step down the loss of a training pass, and the running statistics after it.
 * @returns loss, hits, whether all is finite, and the gradient's norm before clipping.
 */
export function weightStep(
  parameters: Network["parameters"],
  sgd: Sgd,
  rate: tf.Scalar,
  pass: () => Outcome,
): tf.Tensor[] {
  const { correct, running, value, grads } = withOutcome(pass, (loss) => tf.variableGrads(loss, parameters.trainable));
  const gradients = parameters.trainable.map(({ name }) => grads[name]);
  const norm = globalNorm(gradients);
  const healthy = allFinite(value, norm, running);
  sgd.step(gradients, norm, rate, healthy);
  parameters.running.assign(tf.where(healthy, running, parameters.running));
  return [value, correct, healthy, norm];
}

/** What a compiled evaluation answers. */
export const evaluated = ({ loss, correct }: Outcome): tf.Tensor[] => [loss, correct, tf.isFinite(loss)];

/** Whether all numbers of all tensors are finite, as a boolean scalar: a sum is finite only if its terms are. */
export const allFinite = (...tensors: tf.Tensor[]): tf.Tensor => tf.isFinite(tf.addN(tensors.map((x) => tf.sum(x))));

/** Differentiates the loss of a pass, and keeps what else the pass tells, which tfjs would free with the tape. */
export function withOutcome<A extends unknown[], G>(
  pass: (...inputs: A) => Outcome,
  differentiate: (loss: (...inputs: A) => tf.Scalar) => G,
): G & { correct: tf.Scalar; running: tf.Tensor1D } {
  let kept: tf.Tensor[] = [];
  const gradients = differentiate((...inputs) => {
    const { loss, correct, running } = pass(...inputs);
    kept = [tf.keep(correct), tf.keep(running!)];
    return loss;
  });
  const [correct, running] = kept.map((x) => x.clone()) as [tf.Scalar, tf.Tensor1D]; // the copies belong to the caller's tidy
  tf.dispose(kept);
  return { ...gradients, correct, running };
}
