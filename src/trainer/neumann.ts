// The architecture's gradient through the weights that training leads to, by a Neumann series (iDARTS, Zhang et al., ICML 2021).
import * as tf from "@tensorflow/tfjs";
import { differentiate } from "./gradients";
import { curvature, type Hypergradient, type Levels } from "./unrolled";

/**
 * ∂θ Lval(w, θ) − ξ · ∂θ∂w Ltrain(w, θ) · Σ_{k ≤ terms} (I − ξH)^k ∂w Lval(w, θ), with H = ∂²w Ltrain(w, θ). Each term
 * costs two training passes, which give ∂θ∂w Ltrain · v_k and H v_k together.
 * @param rate ξ, a scalar.
 */
export function neumann(levels: Levels, rate: tf.Scalar, terms: number): Hypergradient {
  const { weights, theta, valid } = levels;
  const { gradients, ...told } = differentiate(valid, [theta.valid, ...weights]);
  let [dTheta, ...v] = gradients;
  for (let k = 0; k <= terms; k++) {
    const { mixed, more: hv } = curvature(levels, v, k < terms ? weights : []); // of the last only what θ needs
    dTheta = tf.sub(dTheta!, tf.mul(mixed, rate));
    v = v.map((x, n) => (x && hv[n] ? tf.sub(x, tf.mul(hv[n], rate)) : x));
  }
  return { ...told, dTheta: dTheta! };
}
