import { test } from "node:test";
import { digammaIncrease, logBeta, logGamma, trigamma } from "../../src/distributions/special";
import { assertNear, assertRelative } from "./close";
import { golden } from "./golden";

test("logGamma and logBeta agree with mpmath", () => {
  // Both have zeros: 1e-14 of the value, or of 1.
  for (const [x, expected] of golden.logGamma) {
    assertNear(logGamma(x), expected, 1e-14 * Math.max(1, Math.abs(expected)), `logGamma(${x})`);
  }
  for (const [a, b, expected] of golden.logBeta) {
    assertNear(logBeta(a, b), expected, 1e-14 * Math.max(1, Math.abs(expected)), `logBeta(${a}, ${b})`);
    assertRelative(logBeta(b, a), logBeta(a, b), 1e-15, `symmetry of logBeta(${a}, ${b})`);
  }
});

test("digammaIncrease agrees with mpmath in every digit, however small the increment", () => {
  for (const [x, increment, expected] of golden.digammaIncrease) {
    assertRelative(digammaIncrease(x, increment), expected, 2e-15, `digammaIncrease(${x}, ${increment})`);
  }
});

test("trigamma agrees with mpmath", () => {
  for (const [x, expected] of golden.trigamma) assertRelative(trigamma(x), expected, 2e-15, `trigamma(${x})`);
});
