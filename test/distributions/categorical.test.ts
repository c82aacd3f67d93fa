import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { Categorical, softmaxGradient } from "../../src/distributions";
import { assertFinite, assertNear, assertVector } from "./close";
import { torchGolden } from "./golden";
import { average, standardError } from "./statistics";

for (const row of torchGolden.categorical) {
  const categorical = new Categorical(row.logits);
  const other = new Categorical(row.other);
  const name = `Cat(${row.logits.join(", ")})`;
  const units = row.logits.map((_, k) => row.logits.map((_, j) => (j === k ? 1 : 0)));

  test(`${name}: probabilities, entropy, KL and gradients agree with PyTorch`, () => {
    assertVector(categorical.probabilities, row.probabilities, 1e-14, "probabilities");
    assertVector(
      units.map((unit) => categorical.logDensity(unit)),
      row.logDensity,
      1e-14,
      "logDensity",
    );
    assertNear(categorical.entropy(), row.entropy, 1e-14, "entropy");
    assertNear(categorical.kl(other), row.kl, 1e-14, "kl");
    // PyTorch's clamped probabilities cost it some digits here.
    assertVector(categorical.klGradient(other), row.klGradient, 1e-13, "dKL/dlogits");
    units.forEach((unit, k) => {
      assertVector(categorical.scoreGradient(unit), row.scores[k], 1e-14, `score of ${k}`);
    });
  });

  test(`${name}: loss times score averages to the gradient of the expected loss`, () => {
    const stream = new RandomStream(1, name);
    const losses = row.logits.map((_, k) => k * k - 1);
    const gradients = Array.from({ length: 20_000 }, () => {
      const sample = categorical.sample(stream);
      return categorical.scoreGradient(sample).map((score) => score * losses[sample.indexOf(1)]);
    });
    softmaxGradient(categorical.probabilities, losses).forEach((expected, k) => {
      const slopes = gradients.map((gradient) => gradient[k]);
      assertNear(average(slopes), expected, 5 * standardError(slopes), `dL/dlogits[${k}]`);
    });
  });

  test(`${name}: categories come as often as they should (chi squared)`, () => {
    const stream = new RandomStream(2, name);
    const counts = row.logits.map(() => 0);
    for (let i = 0; i < 100_000; i++) counts[categorical.sampleIndex(stream)]++;
    const distance = counts.reduce((sum, count, k) => {
      const expected = 100_000 * row.probabilities[k];
      return sum + (count - expected) ** 2 / expected;
    }, 0);
    // Beyond this with a probability of 1e-5 or less, for up to 4 degrees of freedom.
    assert.ok(distance < 28.5, `chi squared is ${distance}`);
  });
}

test("extreme logits give finite numbers, and a sure category a sure sample", () => {
  const categorical = new Categorical([1e3, -1e3, 0]);
  const other = new Categorical([-1e3, 1e3, 0]);
  assertFinite([categorical.entropy(), categorical.kl(other), ...categorical.klGradient(other)], "entropy and KL");
  assertFinite([...categorical.mean(), ...categorical.variance(), ...categorical.logProbabilities], "moments");
  assertNear(categorical.kl(other), 2000, 1e-9, "kl");
  assert.equal(categorical.logDensity([0, 1, 0]), -2000);
  assert.deepEqual([...categorical.scoreGradient([0, 1, 0])], [-1, 1, -0]);
  const stream = new RandomStream(3, "sure");
  for (let i = 0; i < 1000; i++) assert.equal(categorical.sampleIndex(stream), 0);
});

test("the variance keeps its digits where a probability rounds to 1", () => {
  const [variance] = new Categorical([40, 0]).variance();
  assertNear(variance, Math.exp(-40), 1e-14 * Math.exp(-40), "variance");
});

test("a Categorical refuses what it cannot be", () => {
  assert.throws(() => new Categorical([0, Number.POSITIVE_INFINITY]), {
    name: "RangeError",
    message: "Categorical: logits[1] must be finite, got Infinity.",
  });
  assert.throws(() => new Categorical([0]), /logits must have at least 2 numbers, got 1/);
  const categorical = new Categorical([0, 1, 2]);
  assert.throws(() => categorical.logDensity([0.5, 0.5, 0]), /logDensity: the point must be one-hot, got 0.5, 0.5, 0/);
  assert.throws(() => categorical.scoreGradient([1, 1, 0]), /scoreGradient: the point must be one-hot, got 1, 1, 0/);
  assert.throws(() => categorical.scoreGradient([1, 0]), /scoreGradient: the distribution has 3 categories, got 2/);
  assert.throws(() => categorical.kl(new Categorical([0, 1])), /Categorical.kl: .* has 3 categories, got 2 numbers/);
  assert.throws(() => categorical.marginalQuantile(-1, 0.5), /category must lie in 0 … 2, got -1/);
  assert.throws(() => categorical.marginalQuantile(0, Number.NaN), /probability must lie in 0 … 1, got NaN/);
});
