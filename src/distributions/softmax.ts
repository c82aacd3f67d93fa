// The softmax of logits and its logarithm, free of overflow for all finite logits, and its gradient.
import { sum } from "./sum";

/** ln Σ e^x_k; the largest exponent is taken out, so that nothing overflows. */
export function logSumExp(x: ArrayLike<number>): number {
  const values = Float64Array.from(x);
  const largest = Math.max(...values);
  return largest + Math.log(sum(values.map((value) => Math.exp(value - largest))));
}

/** ln softmax(x), [K]; finite where the softmax itself rounds to 0. */
export function logSoftmax(x: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(x);
  // The largest is taken out first: added to the sum, it would cost the digits of the small differences.
  const largest = Math.max(...values);
  const shifted = values.map((value) => value - largest);
  const norm = logSumExp(shifted);
  return shifted.map((value) => value - norm);
}

/** e^x_k / Σ e^x_j, [K]; components more than 745 below the largest logit are 0. */
export function softmax(x: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(x);
  const largest = Math.max(...values);
  const scaled = values.map((value) => Math.exp(value - largest));
  const norm = sum(scaled);
  return scaled.map((value) => value / norm);
}

/**
 * dL/dx, [K], of a loss L(p) at p = softmax(x): p_k (dL/dp_k - Σ p_j dL/dp_j).
 *
 * @param p The softmax, [K].
 * @param dP dL/dp, [K]; adding a constant to it changes nothing but rounding.
 */
export function softmaxGradient(p: ArrayLike<number>, dP: ArrayLike<number>): Float64Array {
  // Of differences: nothing cancels where p_k is nearly 1.
  return Float64Array.from(p, (weight, k) => {
    let slope = 0;
    for (let j = 0; j < p.length; j++) slope += p[j] * (dP[k] - dP[j]);
    return weight * slope;
  });
}
