import assert from "node:assert/strict";
import { test } from "node:test";
import { betaCumulative, betaPathwise, betaQuantile } from "../../src/distributions/beta";
import { assertRelative } from "./close";
import { golden } from "./golden";

// x, a, T, D(x, a, T): mpmath, 50 digits.
const table = [
  [0.001, 1, 5, 0.00583976451203128],
  [0.05, 1, 5, 0.111082451817964],
  [0.2, 1, 5, 0.250536383159033],
  [0.5, 1, 5, 0.390968593766462],
  [0.8, 1, 5, 0.477060671683389],
  [0.99, 1, 5, 0.518824952066213],
  [0.2, 0.3, 2, 1.04098511693501],
  [0.01, 0.3, 2, 0.135998968738103],
  [0.9, 0.3, 2, 2.20799133488208],
  [0.2, 2.5, 7, 0.117168455766737],
  [0.4, 2.5, 7, 0.169672318422647],
  [0.5, 3, 6, 0.186345162965304],
  [0.35, 3, 12, 0.10694361053466],
  [0.5, 10, 20, 0.0516994786009398],
  [0.3, 8, 20, 0.0447467363058113],
  [0.45, 8, 20, 0.0550608130114538],
  [0.4, 8, 20, 0.0519150782923452],
  [0.125, 1, 8, 0.152758012946266],
  [0.6, 1.2, 2.9, 0.537830102860115],
  [0.5, 1, 2, Math.LN2],
  [0.2, 50, 300, 0.00366285471856296],
  [0.1, 0.05, 0.4, 8.96159684066758],
  [0.0001, 0.05, 0.4, 0.0225485009484043],
];

test("the pathwise derivative has the 23 published values to their 15 digits", () => {
  assert.equal(table.length, 23);
  // The table prints 15 digits, some with a trailing zero left off.
  for (const [x, a, total, expected] of table) {
    assertRelative(betaPathwise(x, a, total - a), expected, 2e-14, `D(${x}, ${a}, ${total})`);
  }
});

test("the pathwise derivative agrees with mpmath over concentrations of 1e-3 … 1e3, tails included, to 1e-12", () => {
  for (const [x, a, total, expected] of golden.pathwise) {
    assertRelative(betaPathwise(x, a, total - a), expected, 1e-12, `D(${x}, ${a}, ${total})`);
  }
});

const points = [1e-300, 1e-12, 1e-3, 0.02, 0.2, 0.4999, 0.5001, 0.8, 0.97, 1 - 1e-6, 1 - 1e-12];

test("for b = 1, where F = x^a, it is -x ln x / (a (1 - x))", () => {
  for (const a of [1e-3, 0.3, 1, 4, 70, 1e3]) {
    for (const x of points) {
      const expected = (-x * Math.log(x)) / (a * (1 - x));
      assertRelative(betaPathwise(x, a, 1), expected, 1e-12, `D(${x}, ${a}, ${a + 1})`);
    }
  }
});

test("it is how a fixed quantile moves with a", () => {
  for (const [a, b] of [
    [0.05, 0.3],
    [0.8, 3.2],
    [1, 4],
    [6, 14],
    [300, 100],
  ]) {
    for (const probability of [0.02, 0.3, 0.7, 0.98]) {
      const h = 1e-5 * a;
      const shift = betaQuantile(a + h, b, probability) - betaQuantile(a - h, b, probability);
      const x = betaQuantile(a, b, probability);
      const what = `dx/da of Beta(${a}, ${b}) at ${probability}`;
      assertRelative((1 - x) * betaPathwise(x, a, b), shift / (2 * h), 2e-7, what);
    }
  }
});

test("it has its limits at 0 and 1, and stays finite beside them", () => {
  for (const [a, b] of [
    [1, 4],
    [1e-3, 1e-3],
    [1e-3, 10],
    [1e3, 1e5],
    [1e3, 10],
    [2, 1e-3],
  ]) {
    assert.equal(betaPathwise(0, a, b), 0);
    const below1 = betaPathwise(1 - 2 ** -53, a, b);
    assertRelative(betaPathwise(1, a, b), below1, 1e-10, `D at 1 and just below, Beta(${a}, ${b})`);
    const tiny = betaPathwise(2 ** -1074, a, b);
    assert.ok(tiny >= 0 && tiny < 1e-300, `D(2^-1074; ${a}, ${b}) = ${tiny}`);
  }
  // (ψ(5) - ψ(1)) / 4 = (1 + 1/2 + 1/3 + 1/4) / 4
  assertRelative(betaPathwise(1, 1, 4), 25 / 48, 1e-14, "D(1; 1, 4)");
});

test("the ways to compute it meet: it is positive, and continuous across their borders", () => {
  for (const a of [1e-3, 0.2, 1, 5, 80, 1e3]) {
    for (const b of [1e-3, 0.3, 1, 4, 90, 1e5]) {
      // Borders: x = 1/2, x (a + b) = 2, ln x = ψ(a) - ψ(a + b), of which the last lies close to the mean.
      const borders = [0.5, 2 / (a + b), a / (a + b)].filter((x) => x < 1);
      for (const border of borders) {
        const steps = Array.from({ length: 41 }, (_, i) => border * (1 + (i - 20) * 1e-13)).filter((x) => x < 1);
        const values = steps.map((x) => betaPathwise(x, a, b));
        assert.ok(values.every((value) => value > 0));
        // Steps of 1e-13 in ln x, where d ln D / d ln x is at most about a + b.
        const bound = 1e-12 + 1e-13 * (a + b);
        for (let i = 1; i < values.length; i++) {
          assertRelative(values[i], values[i - 1], bound, `D beside ${steps[i]}, Beta(${a}, ${b})`);
        }
      }
    }
  }
});

test("quantiles agree with mpmath, in the tails and for tiny and large parameters", () => {
  for (const [a, b, probability, expected] of golden.quantile) {
    // x ~ p^(1/a) for small a, which magnifies the rounding of p by 1/a.
    const tolerance = 1e-11 + 1e-14 / Math.min(a, 1);
    assertRelative(betaQuantile(a, b, probability), expected, tolerance, `quantile ${probability} of Beta(${a}, ${b})`);
  }
});

test("quantiles invert closed forms and mirror one another", () => {
  for (const probability of [1e-12, 0.01, 0.4, 0.5, 0.6, 0.99]) {
    assertRelative(betaQuantile(3, 1, probability), probability ** (1 / 3), 1e-13, "F = x^3");
    assertRelative(
      betaQuantile(1, 5, probability),
      -Math.expm1(Math.log1p(-probability) / 5),
      1e-13,
      "F = 1 - (1 - x)^5",
    );
    assertRelative(
      betaQuantile(0.5, 0.5, probability),
      Math.sin((Math.PI * probability) / 2) ** 2,
      1e-12,
      "arcsine law",
    );
  }
  for (const probability of [0.03, 0.25, 0.5]) {
    const x = betaQuantile(0.7, 40, probability);
    assertRelative(1 - betaQuantile(40, 0.7, 1 - probability), x, 1e-12, "mirror image");
  }
});

test("quantiles that cannot be represented are the nearest end", () => {
  assert.equal(betaQuantile(1e-3, 4, 1e-6), 0);
  assert.equal(betaQuantile(4, 1e-3, 0.9), 1);
  assert.deepEqual([betaQuantile(2, 3, 0), betaQuantile(2, 3, 1)], [0, 1]);
  // Finite, and between 0 and 1, for any combination.
  for (const a of [1e-5, 1e-3, 0.4, 1, 30, 1e3, 1e5]) {
    for (const b of [1e-5, 1e-3, 0.4, 1, 30, 1e3, 1e5]) {
      let last = 0;
      for (const probability of [1e-100, 1e-6, 0.05, 0.25, 0.5, 0.75, 0.95, 1 - 1e-6, 1 - 1e-15]) {
        const x = betaQuantile(a, b, probability);
        assert.ok(x >= last && x <= 1, `quantile ${probability} of Beta(${a}, ${b}) is ${x}, after ${last}`);
        last = x;
      }
    }
  }
  // Far beyond any use it still ends, on the normal approximation: mean a / (a + b), deviation 1 / (2 sqrt(2 a)).
  assertRelative(betaQuantile(1e9, 1e9, 0.025), 0.5 - 1.959964 / (2 * Math.sqrt(2e9)), 1e-9, "Beta(1e9, 1e9)");
  for (const probability of [-0.1, 1.1, Number.NaN]) {
    assert.throws(() => betaQuantile(1, 1, probability), /probability must lie in 0 … 1/);
  }
});

test("probabilities agree with SciPy, and undo quantiles", () => {
  // a, b, x, scipy.stats.beta.cdf(x, a, b)
  const rows = [
    [0.3, 1.7, 0.02, 0.37799817036664535],
    [0.3, 1.7, 0.9, 0.9954792051763695],
    [2.5, 4.5, 0.2, 0.19639294924758344],
    [2.5, 4.5, 0.6, 0.9072819965517555],
    [30, 1000, 0.03, 0.5883143274996414],
    [0.001, 4, 1e-9, 0.9812866966989077],
  ];
  for (const [a, b, x, probability] of rows) {
    assertRelative(betaCumulative(a, b, x), probability, 1e-12, `below ${x} of Beta(${a}, ${b})`);
    if (a > 0.01)
      assertRelative(betaCumulative(a, b, betaQuantile(a, b, 0.3)), 0.3, 1e-8, `quantile of Beta(${a}, ${b})`);
  }
  assert.deepEqual([betaCumulative(0.3, 2, 0), betaCumulative(0.3, 2, 1)], [0, 1]);
});
