import assert from "node:assert/strict";
import { test } from "node:test";
import { PointMass } from "../../src/distributions";
import { assertFinite, assertNear, assertVector } from "./close";
import { torchGolden } from "./golden";

for (const row of torchGolden.pointMass) {
  const point = new PointMass(row.logits);
  const name = `Point(${row.logits.join(", ")})`;

  test(`${name}: the weights and their gradient agree with PyTorch`, () => {
    assertVector(point.sample(), row.weights, 1e-14, "weights");
    assertVector(point.pathwiseGradient(row.coefficients), row.gradient, 1e-13, "dL/dlogits");
  });

  test(`${name}: the gradient is that of finite differences`, () => {
    const h = 1e-5;
    point.pathwiseGradient(row.coefficients).forEach((slope, j) => {
      const at = (shift: number) =>
        new PointMass(row.logits.map((logit, k) => (k === j ? logit + shift : logit)))
          .sample()
          .reduce((sum, weight, k) => sum + weight * row.coefficients[k], 0);
      assertNear(slope, (at(h) - at(-h)) / (2 * h), 1e-8, `dL/dlogits[${j}]`);
    });
  });
}

test("all of the probability is at the point", () => {
  const point = new PointMass([0.3, -1, 2]);
  assert.equal(point.logDensity(point.mean()), 0);
  assert.equal(point.logDensity(Float32Array.from(point.mean())), 0);
  assert.equal(point.logDensity([0.2, 0.3, 0.5]), Number.NEGATIVE_INFINITY);
  assert.equal(point.kl(new PointMass([1.3, 0, 3])), 0);
  assert.equal(point.kl(new PointMass([0, 0, 0])), Number.POSITIVE_INFINITY);
  assert.equal(point.entropy(), 0);
  assert.deepEqual([...point.variance()], [0, 0, 0]);
  for (const probability of [0, 0.5, 1]) assert.equal(point.marginalQuantile(2, probability), point.mean()[2]);
});

test("extreme logits give finite numbers", () => {
  const point = new PointMass([1e3, -1e3, 0]);
  assert.deepEqual([...point.sample()], [1, 0, 0]);
  assertFinite(point.pathwiseGradient([1, -2, 0.5]), "dL/dlogits");
});

test("a PointMass refuses what it cannot be", () => {
  assert.throws(() => new PointMass([Number.NaN, 0]), {
    name: "RangeError",
    message: "PointMass: logits[0] must be finite, got NaN.",
  });
  assert.throws(() => new PointMass([]), /logits must have at least 2 numbers, got 0/);
  const point = new PointMass([0, 1, 2]);
  assert.throws(() => point.logDensity([0.5, 0.5, 0.5]), /logDensity: the point must be non-negative and sum to 1/);
  assert.throws(() => point.pathwiseGradient([1]), /pathwiseGradient: .* has 3 categories, got 1 numbers/);
  assert.throws(() => point.kl(new PointMass([0, 1])), /PointMass.kl: .* has 3 categories, got 2 numbers/);
  assert.throws(() => point.marginalQuantile(3, 0.5), /category must lie in 0 … 2, got 3/);
  assert.throws(() => point.marginalQuantile(0, 2), /probability must lie in 0 … 1, got 2/);
});
