// One SGD step on the weights.
import * as tf from "@tensorflow/tfjs";
import type { Network, Outcome } from "../supernet";
import { differentiate, type Gradient, globalNorm } from "./gradients";
import { allFinite } from "./pass";
import type { Sgd } from "./sgd";

/** A training pass, and its loss's weight in the step's. */
export interface WeightedPass {
  pass(): Outcome;
  /** 1 without it. */
  readonly weight?: tf.Scalar;
}

/**
 * One SGD step down Σ weight_k · L_k(w), the losses of training passes. The running statistics are updated by each pass in turn, as if
 * they ran one after the other: the first alone would leave out batch norms that do not run on its path.
 * @returns loss, hits, both sums weighted likewise, whether all is finite, and the gradient's norm before clipping.
 */
export function weightStep(
  { trainable, running }: Network["parameters"],
  sgd: Sgd,
  rate: tf.Scalar,
  passes: readonly WeightedPass[],
): tf.Tensor[] {
  const before = running.clone();
  const done = passes.map(({ pass, weight }) => {
    const of = differentiate(pass, trainable);
    running.assign(of.running!);
    const weighted = <T extends tf.Tensor>(x: T): T => (weight ? tf.mul(x, weight) : x);
    return {
      loss: weighted(of.loss),
      correct: weighted(of.correct),
      gradients: of.gradients.map((gradient) => gradient && weighted(gradient)),
    };
  });
  const loss = total(done.map(({ loss }) => loss))!;
  const correct = total(done.map(({ correct }) => correct))!;
  const gradients = trainable.map((_, k) => total(done.map(({ gradients }) => gradients[k])));
  const norm = globalNorm(gradients);
  const healthy = allFinite(loss, norm, running);
  sgd.step(gradients, norm, rate, healthy);
  running.assign(tf.where(healthy, running, before));
  return [loss, correct, healthy, norm];
}

function total(terms: readonly Gradient[]): Gradient {
  const some = terms.filter((x) => x !== null);
  return some.length > 1 ? tf.addN(some) : (some[0] ?? null);
}
