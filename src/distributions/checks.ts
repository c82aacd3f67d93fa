// What the distributions require of their arguments; each error is a RangeError that names the place and the value.
import { sum } from "./sum";

/** Copies K ≥ 2 finite numbers. */
export function finiteVector(place: string, values: ArrayLike<number>): Float64Array {
  const copy = vector(place, values);
  copy.forEach((value, k) => {
    if (!Number.isFinite(value)) throw new RangeError(`${place}[${k}] must be finite, got ${value}.`);
  });
  return copy;
}

/** Copies K ≥ 2 positive finite numbers. */
export function positiveVector(place: string, values: ArrayLike<number>): Float64Array {
  const copy = vector(place, values);
  copy.forEach((value, k) => {
    requirePositive(`${place}[${k}]`, value);
  });
  return copy;
}

function vector(place: string, values: ArrayLike<number>): Float64Array {
  if (values.length >= 2) return Float64Array.from(values);
  throw new RangeError(`${place} must have at least 2 numbers, got ${values.length}.`);
}

export function requirePositive(place: string, value: number): void {
  if (value > 0 && value < Number.POSITIVE_INFINITY) return;
  throw new RangeError(`${place} must be positive and finite, got ${value}.`);
}

/** Requires one number for each of `size` categories. */
export function requireLength(place: string, size: number, values: ArrayLike<number>): void {
  if (values.length === size) return;
  throw new RangeError(`${place}: the distribution has ${size} categories, got ${values.length} numbers.`);
}

export function requireCategory(place: string, size: number, category: number): void {
  if (Number.isInteger(category) && category >= 0 && category < size) return;
  throw new RangeError(`${place}: category must lie in 0 … ${size - 1}, got ${category}.`);
}

export function requireProbability(place: string, probability: number): void {
  if (probability >= 0 && probability <= 1) return;
  throw new RangeError(`${place}: probability must lie in 0 … 1, got ${probability}.`);
}

/** Requires a point of the simplex of `size` categories, to 1e-6 so that single precision passes. */
export function requireSimplex(place: string, size: number, x: ArrayLike<number>): void {
  requireLength(place, size, x);
  const values = Float64Array.from(x);
  if (values.every((value) => value >= 0) && Math.abs(sum(values) - 1) <= 1e-6) return;
  throw new RangeError(`${place}: the point must be non-negative and sum to 1, got ${values.join(", ")}.`);
}
