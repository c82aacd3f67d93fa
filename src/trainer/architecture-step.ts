// The architecture's half of a bilevel step, to the first order: the weights count as if they did not depend on θ.
import * as tf from "@tensorflow/tfjs";
import type { Outcome, Supernet, Theta } from "../supernet";
import { differentiate } from "./gradients";
import { allFinite } from "./pass";

/** ∂L/∂θ, of θ's shape. @returns loss, hits, whether all is finite, the gradient. @param statistics a boolean: whether the running ones learn. */
export function architectureStep(
  parameters: Supernet["parameters"],
  theta: Theta,
  pass: () => Outcome,
  statistics: tf.Tensor,
): tf.Tensor[] {
  const { gradients, ...told } = differentiate(pass, [theta]);
  return answered(parameters, told, gradients[0]!, statistics);
}

/** What an architecture step answers, after the running statistics have learnt from the pass if all is finite. */
export function answered(
  { running }: Supernet["parameters"],
  told: Outcome,
  dTheta: tf.Tensor,
  statistics?: tf.Tensor,
): tf.Tensor[] {
  const healthy = allFinite(told.loss, dTheta, told.running);
  running.assign(tf.where(statistics ? tf.logicalAnd(healthy, statistics) : healthy, told.running!, running));
  return [told.loss, told.correct, healthy, dTheta];
}
