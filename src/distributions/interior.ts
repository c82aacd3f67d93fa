// The inside of the simplex, in double precision.

/** The smallest normal number: what a component of a sample is at least. */
export const SMALLEST = 2 ** -1022;
const LARGEST = 1 - 2 ** -53;

/** The nearest number in 2^-1022 … 1 - 2^-53, so that its logarithm and that of its complement are finite. */
export function keepInside(value: number): number {
  return Math.min(Math.max(value, SMALLEST), LARGEST);
}
