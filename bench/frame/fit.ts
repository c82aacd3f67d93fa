// Fits by least squares: how a quantity grows with another one.

/** b of y = a · x^b, fitted to the logarithms. */
export function exponent(x: readonly number[], y: readonly number[]): number {
  return line(x.map(Math.log), y.map(Math.log)).slope;
}

/** y = intercept + slope · x. @param weights of the squared errors; equal without them. */
export function line(
  x: readonly number[],
  y: readonly number[],
  weights: readonly number[] = x.map(() => 1),
): { intercept: number; slope: number } {
  const total = sum(weights);
  const meanX = sum(x.map((value, k) => weights[k] * value)) / total;
  const meanY = sum(y.map((value, k) => weights[k] * value)) / total;
  const slope =
    sum(x.map((value, k) => weights[k] * (value - meanX) * (y[k] - meanY))) /
    sum(x.map((value, k) => weights[k] * (value - meanX) ** 2));
  return { intercept: meanY - slope * meanX, slope };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
