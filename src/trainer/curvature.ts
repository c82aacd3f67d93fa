// The validation loss's second derivatives by θ.
import * as tf from "@tensorflow/tfjs";
import { hessianVector } from "../backend";
import type { Outcome, Theta } from "../supernet";
import { allFinite } from "./pass";

/** @returns loss, hits, whether all is finite, and ∂L/∂θ beside ∂²L/∂θ² · v in one vector. */
export function curvature(theta: Theta, pass: () => Outcome, v: tf.Tensor): tf.Tensor[] {
  let told!: Outcome;
  const { gradient, product } = hessianVector(
    () => {
      const outcome = pass();
      told = { ...outcome, loss: tf.keep(outcome.loss.clone()), correct: tf.keep(outcome.correct.clone()) };
      return outcome.loss;
    },
    [theta],
    [v],
  );
  const more = tf.concat1d([...gradient, ...product].map((x) => tf.reshape(x, [-1]) as tf.Tensor1D));
  const own = [told.loss, told.correct].map((kept) => kept.clone());
  tf.dispose([told.loss, told.correct]);
  return [...own, allFinite(own[0], more), more];
}
