// Special functions of a positive real argument: recurrence up to 12 and the asymptotic series from there
// (NIST Digital Library of Mathematical Functions, 5.5, 5.11 and 5.15), to about 1e-15.

/** From this argument on, seven terms of the asymptotic series are exact in double precision. */
const LARGE = 12;

/** B_2k / (2k (2k - 1)) of DLMF 5.11.1. */
const LOG_GAMMA_SERIES = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
/** B_2k / 2k of DLMF 5.11.2. */
const DIGAMMA_SERIES = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];
/** B_2k of DLMF 5.15.8. */
const TRIGAMMA_SERIES = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];

/** Euler's constant γ = -ψ(1), the mean of standard Gumbel noise. */
export const EULER = 0.5772156649015329;

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

/** ln Γ(x), x > 0. */
export function logGamma(x: number): number {
  let shift = 1;
  let y = x;
  for (; y < LARGE; y++) shift *= y;
  const stirling = (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI);
  return stirling + polynomial(LOG_GAMMA_SERIES, 1 / (y * y)) / y - Math.log(shift);
}

/** ln B(a, b) = ln Γ(a) + ln Γ(b) - ln Γ(a + b), a and b > 0; the difference of the large terms is formed analytically. */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  let sum = logGamma(small);
  let y = Math.max(a, b);
  for (; y < LARGE; y++) sum += Math.log1p(small / y);
  const z = y + small;
  const series = polynomial(LOG_GAMMA_SERIES, 1 / (y * y)) / y - polynomial(LOG_GAMMA_SERIES, 1 / (z * z)) / z;
  return sum - (y - 0.5) * Math.log1p(small / y) - small * (Math.log(z) - 1) + series;
}

/**
 * ψ(x + increment) - ψ(x) of the digamma function ψ, for x > 0 and x + increment > 0. Each term is differenced
 * analytically, so that the relative precision does not suffer when the increment is far smaller than x.
 */
export function digammaIncrease(x: number, increment: number): number {
  let sum = 0;
  let y = x;
  for (; Math.min(y, y + increment) < LARGE; y++) sum += increment / (y * (y + increment));
  const z = y + increment;
  // ψ(y) = ln y - 1 / 2y - S(1 / y²); the divided difference of S = u p(u) by Horner's scheme.
  const u = 1 / (y * y);
  const v = 1 / (z * z);
  let value = 0;
  let slope = 0;
  for (let k = DIGAMMA_SERIES.length - 1; k >= 0; k--) {
    slope = slope * u + value;
    value = value * v + DIGAMMA_SERIES[k];
  }
  const difference = increment * (y + z) * u * v;
  return sum + Math.log1p(increment / y) + increment / (2 * y * z) + difference * (value + u * slope);
}

/** ψ'(x), the derivative of the digamma function, x > 0. */
export function trigamma(x: number): number {
  let sum = 0;
  let y = x;
  for (; y < LARGE; y++) sum += 1 / (y * y);
  const u = 1 / (y * y);
  return sum + 1 / y + u / 2 + (polynomial(TRIGAMMA_SERIES, u) * u) / y;
}
