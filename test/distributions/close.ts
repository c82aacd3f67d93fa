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
