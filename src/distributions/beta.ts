// The Beta distribution, marginal of a Dirichlet: its quantiles, and how a fixed quantile moves with the first parameter
// (the pathwise derivative; derived here, see below).
import { digammaIncrease, logBeta, trigamma } from "./special";

/**
 * The x in [0, 1] below which Beta(a, b) has the given probability. It is 0 or 1 where the exact value rounds to them,
 * which tiny parameters do: for a = 0.001 half of the probability can lie below 1e-300.
 *
 * Newton's iteration on ln P(z), z = ln(x / (1 - x)). The density of z is log-concave for all a and b, hence so is its
 * integral P, and Newton's iteration on a concave increasing function converges from every start.
 */
export function betaQuantile(a: number, b: number, probability: number): number {
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`betaQuantile: probability must lie in 0 … 1, got ${probability}.`);
  }
  if (probability === 0 || probability === 1) return probability;
  // The smaller tail is the one to solve for: ln P of the larger is flat.
  if (probability > 0.5) return 1 / (1 + Math.exp(logitQuantile(b, a, 1 - probability)));
  return 1 / (1 + Math.exp(-logitQuantile(a, b, probability)));
}

/** The probability of Beta(a, b) below x. */
export function betaCumulative(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return Math.exp(logCumulative(a, b, Math.log(x) - Math.log1p(-x), logBeta(a, b)));
}

function logitQuantile(a: number, b: number, probability: number): number {
  const logNormalizer = logBeta(a, b);
  const target = Math.log(probability);
  // From the mean of z, by no more than a standard deviation at once: ln P is flat on the right of the root, and steep far
  // on its left, where steps are short.
  const deviation = Math.sqrt(trigamma(a) + trigamma(b));
  let z = digammaIncrease(b, a - b);
  // The error is squared at each step, so that a short one is the last. Probabilities of 1e-300 take 700 steps; a parameter
  // beyond 1e7, whose rounding may exceed the last step, stops at 1000.
  for (let count = 0; count < 1000; count++) {
    const logProbability = logCumulative(a, b, z, logNormalizer);
    const slope = Math.exp(logKernel(a, b, z) - logNormalizer - logProbability);
    const step = Math.max((target - logProbability) / slope, -deviation);
    z += step;
    if (Math.abs(step) <= 1e-9 * deviation) break;
  }
  return z;
}

/** ln(x^a (1 - x)^b) at x = 1 / (1 + e^-z): the density of z but for its constant. */
function logKernel(a: number, b: number, z: number): number {
  return z < 0 ? a * z - (a + b) * Math.log1p(Math.exp(z)) : -b * z - (a + b) * Math.log1p(Math.exp(-z));
}

/** ln of the regularized incomplete beta function at x = 1 / (1 + e^-z), by its continued fraction (DLMF 8.17.22). */
function logCumulative(a: number, b: number, z: number, logNormalizer: number): number {
  const x = 1 / (1 + Math.exp(-z));
  const logScale = logKernel(a, b, z) - logNormalizer;
  // The fraction converges fast up to about the mean; beyond, the other tail has the same form.
  if (x <= (a + 1) / (a + b + 2)) return logScale + Math.log(continuedFraction(a, b, x) / a);
  return Math.log1p(-Math.exp(logScale) * (continuedFraction(b, a, 1 / (1 + Math.exp(z))) / b));
}

/** 1 / (1 + d1 / (1 + d2 / (1 + …))) with the coefficients d of DLMF 8.17.22, by Lentz's method. */
function continuedFraction(a: number, b: number, x: number): number {
  let numerator = 1;
  let denominator = 0;
  let value = 1;
  for (let n = 1; ; n++) {
    const m = n >> 1;
    const d =
      n % 2 === 0
        ? (m * (b - m) * x) / ((a + n - 1) * (a + n))
        : (-(a + m) * (a + b + m) * x) / ((a + n - 1) * (a + n));
    numerator = 1 + d / numerator;
    denominator = 1 / (1 + d * denominator);
    const factor = numerator * denominator;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-15) return 1 / value;
  }
}

/**
 * D = -(∂F(x; a, b) / ∂a) / (f(x; a, b) (1 - x)), F and f the cumulative distribution and the density of Beta(a, b), for
 * x in [0, 1]; the pathwise derivative of x with respect to a is (1 - x) D (Jankowiak and Obermeyer, "Pathwise
 * derivatives beyond the reparameterization trick", ICML 2018). Relative precision 1e-12 or better.
 *
 * D is positive and has the finite limits 0 at x = 0 and (ψ(a + b) - ψ(a)) / b at x = 1, which are returned there. It is
 * smooth in 1 - x, so that an x which rounded to 1 does no harm.
 *
 * Derivation. Let m = E[ln t] = ψ(a) - ψ(a + b). Then -∂F/∂a is the integral of f(t) (m - ln t) from 0 to x, and as the
 * whole integral vanishes also that of f(t) (ln t - m) from x to 1. One of the two integrands is positive throughout:
 * the first if ln x < m, else the second. With t = x e^-s, and 1 - t = (1 - x) e^-s, respectively, the ratio
 * f(t) / f(x) needs no normalizer, and decreases in s:
 *
 *     ln x < m:   D = r ∫ exp(-a s + (b - 1) l(s)) (m - ln x + s) ds,        r = x / (1 - x)
 *     ln x ≥ m:   D =   ∫ exp(-b s + (a - 1) l(s)) (ln x - m + l(s)) ds,     r = (1 - x) / x
 *
 * with l(s) = ln(1 + r (1 - e^-s)), s from 0 to infinity. No term cancels another.
 */
export function betaPathwise(x: number, a: number, b: number): number {
  const total = a + b;
  if (x <= 0.5 && total * x <= 2) return pathwiseSeries(x, a, b);
  const difference = Math.log(x) + digammaIncrease(a, b);
  return difference < 0
    ? (x / (1 - x)) * decayingIntegral(a, b - 1, x / (1 - x), -difference, 1, 0)
    : decayingIntegral(b, a - 1, (1 - x) / x, difference, 0, 1);
}

/**
 * D for small x: differentiate F = x^a (1 - x)^b / B(a, b) · Σ (a + b)_n / (a)_(n+1) x^n (DLMF 8.17.8) with respect to a,
 * which gives D = x Σ (a + b)_n / (a)_(n+1) x^n (ψ(a + 1 + n) - ψ(a + b + n) - ln x).
 */
function pathwiseSeries(x: number, a: number, b: number): number {
  if (x === 0) return 0;
  let factor = 1 / a;
  let weight = -digammaIncrease(a + 1, b - 1) - Math.log(x);
  let sum = 0;
  for (let n = 0; ; n++) {
    const term = factor * weight;
    sum += term;
    // Few factors may grow, and a weight may be near 0, before the terms fall for good.
    if (n > 3 && Math.abs(term) <= 1e-17 * sum) return x * sum;
    factor *= (x * (a + b + n)) / (a + 1 + n);
    weight += 1 / (a + 1 + n) - 1 / (a + b + n);
  }
}

/**
 * The double exponential rule (Takahasi and Mori 1974) for integrands on (0, ∞) that fall exponentially: s = e^(u - e^-u),
 * the trapezoidal rule in u. Its nodes crowd at 0, so that a steep beginning is resolved too.
 */
const STEP = 1 / 16;
const FIRST = -4 / STEP;
const NODES = Float64Array.from({ length: 22 / STEP }, (_, k) => {
  const u = (FIRST + k) * STEP;
  return Math.exp(u - Math.exp(-u));
});
const WEIGHTS = NODES.map((node, k) => STEP * node * (1 + Math.exp(-(FIRST + k) * STEP)));

/** ∫ exp(-p s + q l(s)) (constant + linear s + logarithmic l(s)) ds from 0 to ∞, l(s) = ln(1 + r (1 - e^-s)). */
function decayingIntegral(
  p: number,
  q: number,
  r: number,
  constant: number,
  linear: number,
  logarithmic: number,
): number {
  // Where the exponent has fallen by about 1, from its slope and curvature at 0.
  const slope = p - q * r;
  const scale = q > 0 ? 2 / (slope + Math.sqrt(slope * slope + 4 * q * r * (1 + r))) : 1 / p;
  let sum = 0;
  for (let k = 0; k < NODES.length; k++) {
    const s = scale * NODES[k];
    const l = Math.log1p(-r * Math.expm1(-s));
    const term = WEIGHTS[k] * Math.exp(-p * s + q * l) * (constant + linear * s + logarithmic * l);
    sum += term;
    if (term < 1e-17 * sum && s > scale) break;
  }
  return scale * sum;
}
