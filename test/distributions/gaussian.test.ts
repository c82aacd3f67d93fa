import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { Gaussian, softmax } from "../../src/distributions";
import { normalQuantile } from "../../src/distributions/normal";
import { assertFinite, assertNear, assertRelative, assertVector } from "./close";
import { torchGolden } from "./golden";
import { average, standardError } from "./statistics";

test("normal quantiles agree with SciPy, far tails included", () => {
  for (const [probability, quantile] of torchGolden.normalQuantile) {
    assertRelative(normalQuantile(probability), quantile, 1e-14, `quantile of ${probability}`);
  }
  assert.equal(normalQuantile(0), Number.NEGATIVE_INFINITY);
  assert.equal(normalQuantile(1), Number.POSITIVE_INFINITY);
});

for (const row of torchGolden.gaussian) {
  const gaussian = new Gaussian(row.mean, row.deviation);
  const other = new Gaussian(row.otherMean, row.otherDeviation);
  const name = `N(${row.mean.join(", ")}; ${row.deviation.join(", ")})`;

  test(`${name}: density, entropy, KL and its gradient agree with PyTorch`, () => {
    assertRelative(gaussian.logDensity(row.sample), row.logDensity, 1e-13, "logDensity");
    assertRelative(gaussian.entropy(), row.entropy, 1e-13, "entropy");
    assertRelative(gaussian.kl(other), row.kl, 1e-13, "kl");
    assertVector(gaussian.klGradient(other).mean, row.klGradient.mean, 1e-13, "dKL/dmean");
    assertVector(gaussian.klGradient(other).deviation, row.klGradient.deviation, 1e-13, "dKL/ddeviation");
  });

  test(`${name}: weights and their pathwise gradient agree with PyTorch`, () => {
    assertVector(gaussian.weights(row.sample), row.weights, 1e-14, "weights");
    const gradient = gaussian.pathwiseWeightGradient(row.sample, row.coefficients);
    assertVector(gradient.mean, row.gradient.mean, 1e-12, "dL/dmean");
    assertVector(gradient.deviation, row.gradient.deviation, 1e-12, "dL/ddeviation");
  });

  test(`${name}: pathwise gradients average to those of the first two moments`, () => {
    const stream = new RandomStream(1, name);
    const samples = Array.from({ length: 20_000 }, () => gaussian.sample(stream));
    // Of Σ x_k²: E = Σ (mean_k² + deviation_k²).
    const gradients = samples.map((x) =>
      gaussian.pathwiseGradient(
        x,
        x.map((value) => 2 * value),
      ),
    );
    row.mean.forEach((mean, k) => {
      const byMean = gradients.map((gradient) => gradient.mean[k]);
      const byDeviation = gradients.map((gradient) => gradient.deviation[k]);
      assertNear(average(byMean), 2 * mean, 5 * standardError(byMean), `dmean[${k}]`);
      assertNear(average(byDeviation), 2 * row.deviation[k], 5 * standardError(byDeviation), `ddeviation[${k}]`);
    });
  });

  test(`${name}: the weights' quantiles and means hold their share of other samples`, () => {
    const stream = new RandomStream(2, name);
    const weights = Array.from({ length: 20_000 }, () => gaussian.weights(gaussian.sample(stream)));
    const means = gaussian.weightMean();
    for (let k = 0; k < row.mean.length; k++) {
      const values = weights.map((weight) => weight[k]);
      // The mean is one of 4096 draws, which err more than these.
      assertNear(average(values), means[k], 5 * standardError(values) * (1 + Math.sqrt(20_000 / 4096)), `mean[${k}]`);
      for (const probability of [0.05, 0.5, 0.95]) {
        const quantile = gaussian.weightQuantile(k, probability);
        const below = average(values.map((value) => (value < quantile ? 1 : 0)));
        const spread = probability * (1 - probability) * (1 / 20_000 + (row.mean.length > 2 ? 1 / 4096 : 0));
        assertNear(below, probability, 5 * Math.sqrt(spread), `P(w[${k}] < ${quantile})`);
      }
    }
  });
}

test("the weights of hardly uncertain logits are the softmax of their means", () => {
  const gaussian = new Gaussian([0.3, -1, 2], [1e-6, 1e-6, 1e-6]);
  const weights = softmax([0.3, -1, 2]);
  assertVector(gaussian.weightMean(), weights, 1e-6, "mean");
  assertNear(gaussian.weightQuantile(2, 0.999), weights[2], 1e-5, "quantile");
});

test("extreme parameters give finite numbers", () => {
  const mean = [1e3, -1e3, 0];
  for (const deviation of [1e-6, 1e3]) {
    const gaussian = new Gaussian(mean, [deviation, deviation, deviation]);
    const other = new Gaussian(mean.toReversed(), [1, 1 / deviation, 1]);
    const name = `deviation ${deviation}`;
    assertFinite([...gaussian.variance(), gaussian.entropy(), gaussian.kl(other), other.kl(gaussian)], name);
    const { mean: byMean, deviation: byDeviation } = other.klGradient(gaussian);
    assertFinite([...byMean, ...byDeviation], `gradient of KL, ${name}`);
    assertFinite([gaussian.marginalQuantile(0, 1e-300), ...gaussian.weightMean()], `quantile, ${name}`);
    assertFinite(
      [0, 0.5, 1].map((probability) => gaussian.weightQuantile(1, probability)),
      `weights' quantiles, ${name}`,
    );
    const stream = new RandomStream(3, name);
    for (let i = 0; i < 200; i++) {
      const sample = gaussian.sample(stream);
      const gradient = gaussian.pathwiseWeightGradient(sample, [1, -2, 0.5]);
      assertFinite([...sample, gaussian.logDensity(sample), ...gradient.mean, ...gradient.deviation], name);
    }
  }
});

test("the density of its weights is SciPy's of the log-ratios, with the Jacobian", () => {
  const gaussian = new Gaussian([0.3, -0.5, 1], [0.5, 0.9, 0.4]);
  // y = ln(w[:2] / w[2]); multivariate_normal(m[:2] - m[2], diag(s[:2]**2) + s[2]**2).logpdf(y) - log(w).sum()
  const rows = [
    [[0.2, 0.3, 0.5], 1.470941371603736],
    [[0.7, 0.05, 0.25], -0.5921376421205053],
    [[1e-4, 0.5, 0.4999], -76.6747544241108],
  ] as const;
  for (const [weights, density] of rows)
    assertRelative(gaussian.logWeightDensity(weights), density, 1e-12, `${weights}`);
  assert.throws(() => gaussian.logWeightDensity([0.5, 0.5, 0.5]), /must be non-negative and sum to 1/);
});

test("some of its categories are the Gaussian of their logits", () => {
  const part = new Gaussian([0.3, -0.5, 1], [0.5, 0.9, 0.4]).subcomposition([2, 0]);
  assert.deepEqual(part, new Gaussian([1, 0.3], [0.4, 0.5]));
});

test("the probability of a weight undoes its quantile", () => {
  const gaussian = new Gaussian([0.3, -0.5, 1], [0.5, 0.9, 0.4]);
  for (const p of [0.05, 0.5, 0.9])
    assertNear(gaussian.weightCumulative(1, gaussian.weightQuantile(1, p)), p, 1e-3, `${p}`);
});

test("a Gaussian refuses what it cannot be", () => {
  for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(
      () => new Gaussian([0, 0], [1, value]),
      /RangeError: Gaussian: deviation\[1\] must be positive and finite/,
    );
  }
  assert.throws(() => new Gaussian([0, Number.NaN], [1, 1]), /RangeError: Gaussian: mean\[1\] must be finite, got NaN/);
  assert.throws(() => new Gaussian([0], [1]), /Gaussian: mean must have at least 2 numbers, got 1/);
  assert.throws(() => new Gaussian([0, 0], [1, 1, 1]), /deviation: the distribution has 2 categories, got 3 numbers/);
  const gaussian = new Gaussian([0, 1, 2], [1, 1, 1]);
  assert.throws(() => gaussian.kl(new Gaussian([0, 0], [1, 1])), /Gaussian.kl: .* has 3 categories, got 2 numbers/);
  assert.throws(() => gaussian.logDensity([0, 0]), /Gaussian.logDensity: .* got 2 numbers/);
  assert.throws(() => gaussian.weights([0, 0]), /Gaussian.weights: .* got 2 numbers/);
  assert.throws(() => gaussian.pathwiseGradient([0, 0, 0], [1]), /Gaussian.pathwiseGradient: .* got 1 numbers/);
  assert.throws(() => gaussian.pathwiseWeightGradient([0, 0, 0], [1]), /pathwiseWeightGradient: .* got 1 numbers/);
  assert.throws(() => gaussian.marginalQuantile(3, 0.5), /marginalQuantile: category must lie in 0 … 2, got 3/);
  assert.throws(() => gaussian.marginalQuantile(0, -0.1), /probability must lie in 0 … 1, got -0.1/);
  assert.throws(() => gaussian.weightQuantile(0.5, 0.5), /weightQuantile: category must lie in 0 … 2, got 0.5/);
});
