// Closeness of numbers, for the tests of this folder.
import assert from "node:assert/strict";

/** Asserts |actual - expected| ≤ tolerance · |expected|. */
export function assertRelative(actual: number, expected: number, tolerance: number, what: string): void {
  assertNear(actual, expected, tolerance * Math.abs(expected), what);
}

/** Asserts |actual - expected| ≤ tolerance. */
export function assertNear(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected} ± ${tolerance}`);
}

/** Asserts each |actual - expected| ≤ tolerance · the largest |expected|. */
export function assertVector(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, `length of ${what}`);
  const scale = Math.max(...Array.from(expected, Math.abs));
  for (let k = 0; k < expected.length; k++) assertNear(actual[k], expected[k], tolerance * scale, `${what}[${k}]`);
}

/** Asserts that every number is finite. */
export function assertFinite(values: ArrayLike<number>, what: string): void {
  assert.ok(Array.from(values).every(Number.isFinite), `${what}: ${Array.from(values).join(", ")}`);
}
