// The architecture's gradient to the second order (DARTS, Liu et al., ICLR 2019, eqs. 6 to 8).
import * as tf from "@tensorflow/tfjs";
import { at } from "../backend";
import type { Outcome } from "../supernet";
import { differentiate, type Gradient, globalNorm, moved } from "./gradients";
import type { Sgd } from "./sgd";

/** What the validation pass told, and the whole gradient of its loss by θ. */
export type Hypergradient = Outcome & { readonly dTheta: tf.Tensor };

/** The two levels of a search: what the architecture is judged by, and what the weights learn from. */
export interface Levels {
  readonly weights: readonly tf.Variable[];
  /** θ of the validation pass, and of the training pass; neither is differentiated through to the other. */
  readonly theta: { readonly valid: tf.Tensor; readonly train: tf.Tensor };
  valid(): Outcome;
  train(): Outcome;
}

/**
 * ∂θ Lval(w′, θ) − ξ · ∂θ∂w Ltrain(w, θ) · ∂w′ Lval(w′, θ) at w′ = w − ξ · (∂w Ltrain(w, θ) + …), one step of SGD on.
 * @param rate ξ, a scalar.
 */
export function unrolled(levels: Levels, sgd: Sgd, rate: tf.Scalar): Hypergradient {
  const { weights, theta, valid, train } = levels;
  const { gradients } = differentiate(train, weights);
  const {
    gradients: [dTheta, ...v],
    ...told
  } = at(weights, sgd.ahead(gradients, rate), () => differentiate(valid, [theta.valid, ...weights]));
  const { mixed } = curvature(levels, v, []);
  return { ...told, dTheta: tf.sub(dTheta!, tf.mul(mixed, rate)) };
}

/**
 * Second derivatives of the training loss along v, by central differences: `mixed`, ∂θ∂w Ltrain · v, and `more`, ∂x∂w Ltrain · v.
 * The weights move by 0.01 in all, as in DARTS.
 */
export function curvature(
  { weights, theta, train }: Levels,
  v: readonly Gradient[],
  more: readonly tf.Tensor[],
): { mixed: tf.Tensor; more: readonly Gradient[] } {
  const radius = tf.div(0.01, globalNorm(v));
  const side = (factor: tf.Tensor) =>
    at(weights, moved(weights, v, factor), () => differentiate(train, [theta.train, ...more]).gradients);
  const plus = side(radius);
  const minus = side(tf.neg(radius));
  const [mixed, ...others] = plus.map((x, k) => x && tf.div(tf.sub(x, minus[k]!), tf.mul(radius, 2)));
  return { mixed: mixed!, more: others };
}
