// The sum of scaled powers of independent exponential variables, and each term's share in it. The Concrete distribution's
// components are such shares: e^G = 1 / E for Gumbel noise G. Its moments have no closed form, but are two nested
// integrals for any number of terms (derived here, see below).
import { EULER } from "./special";

/** Moments of S = Σ e^y_k E_k^σ, E_k independent standard exponential variables. */
export interface PowerSumMoments {
  /** E[ln S]. */
  readonly meanLog: number;
  /** E[W_k / S] of the terms W_k = e^y_k E_k^σ, [K]. */
  readonly share: Float64Array;
  /** E[(W_k / S)²], [K]. */
  readonly squaredShare: Float64Array;
}

/** The trapezoidal rule's step, relative to the half width of the strip in which an integrand is analytic: to 1e-13. */
const STEP = 0.25;
/** A = ln E lies outside of -37 … 4 with a probability below 1e-16. */
const LOWEST = -37;
const HIGHEST = 4;

/**
 * The moments of S for offsets y, [K], and a power σ ≠ 0, with an absolute error of about 1e-12 (relative to 1 + |σ| for
 * `meanLog`).
 *
 * Derivation. Let V = ln T - ln S with T another standard exponential variable. Then P(V > v) = E[exp(-e^v S)] is the
 * product of φ(v + y_k), φ(y) = E[exp(-e^y E^σ)]. With ψ = -φ' the density of V is the sum over k of ψ(v + y_k) times the
 * other terms' φ; the integral of the k-th summand is that of E[e^v W_k exp(-e^v S)], E[W_k / S]. So is that of
 * χ(v + y_k) = E[e^2v W_k² exp(-e^v W_k)] times the others' φ equal to E[(W_k / S)²]. And E[ln S] = E[ln T] - E[V], where
 * E[ln T] is less than 0 by Euler's constant.
 */
export function powerSumMoments(offsets: Float64Array, power: number): PowerSumMoments {
  const largest = Math.max(...offsets);
  const y = offsets.map((offset) => offset - largest);
  const width = Math.abs(power);
  const step = STEP * (1 + width);
  // ln S lies between the largest term's bounds, but for the number of terms.
  const [low, high] = power > 0 ? [LOWEST * width, HIGHEST * width] : [-HIGHEST * width, -LOWEST * width];
  const first = Math.floor((LOWEST - high - Math.log(y.length)) / step);
  const last = Math.ceil((HIGHEST - low) / step);
  const transform = width > 1 ? steepTransform(power) : flatTransform(power);
  let meanV = 0;
  const share = new Float64Array(y.length);
  const squaredShare = new Float64Array(y.length);
  for (let n = first; n <= last; n++) {
    const terms = Array.from(y, (offset) => transform(n * step + offset));
    terms.forEach(({ psi, chi }, k) => {
      const others = terms.reduce((product, { phi }, j) => (j === k ? product : product * phi), step);
      meanV += n * step * psi * others;
      share[k] += psi * others;
      squaredShare[k] += chi * others;
    });
  }
  return { meanLog: largest - EULER - meanV, share, squaredShare };
}

/** φ, ψ and χ of the derivation at one y. */
interface Transform {
  phi: number;
  psi: number;
  chi: number;
}

/** For |σ| ≤ 1: the expectations over B = ln E of functions of a = y + σ B, which are flatter than B's density. */
function flatTransform(power: number): (y: number) => Transform {
  const nodes = logExponentialNodes();
  return (y) => {
    let phi = 0;
    let psi = 0;
    let chi = 0;
    for (const { value, weight } of nodes) {
      const scale = Math.exp(y + power * value);
      const term = weight * Math.exp(-scale);
      phi += term;
      // Where the scale overflows the term is 0.
      if (term > 0) psi += term * scale;
      if (term > 0) chi += term * scale * scale;
    }
    return { phi, psi, chi };
  };
}

/**
 * For |σ| > 1, where a function of y + σ B is the steeper one: exp(-e^a) is P(A > a) for A = ln T, so that φ is the
 * expectation of P(y + σ B < A) over A, with the density of B at (A - y) / σ for ψ, and that times e^A for χ.
 */
function steepTransform(power: number): (y: number) => Transform {
  const nodes = logExponentialNodes();
  return (y) => {
    let phi = 0;
    let psi = 0;
    let chi = 0;
    for (const { value, weight } of nodes) {
      const b = (value - y) / power;
      const scale = Math.exp(b);
      const above = Math.exp(-scale);
      phi += weight * (power > 0 ? -Math.expm1(-scale) : above);
      const density = above > 0 ? (weight * scale * above) / Math.abs(power) : 0;
      psi += density;
      chi += density * Math.exp(value);
    }
    return { phi, psi, chi };
  };
}

/** Nodes and weights for an expectation over ln E, whose density is e^(b - e^b). */
function logExponentialNodes(): { value: number; weight: number }[] {
  return Array.from({ length: Math.ceil((HIGHEST - LOWEST) / STEP) + 1 }, (_, n) => {
    const value = LOWEST + n * STEP;
    return { value, weight: STEP * Math.exp(value - Math.exp(value)) };
  });
}
