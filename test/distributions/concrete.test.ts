import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { Categorical, Concrete, softmax } from "../../src/distributions";
import { assertFinite, assertNear, assertRelative, assertVector } from "./close";
import { torchGolden } from "./golden";
import { average, standardError } from "./statistics";

for (const row of torchGolden.concrete) {
  const concrete = new Concrete(row.logits, row.temperature);
  test(`Concrete(${row.logits.join(", ")}; ${row.temperature}): moments, entropy and KL are those of a grid of PyTorch's densities`, () => {
    assertVector(concrete.mean(), row.mean, 1e-12, "mean");
    assertVector(concrete.variance(), row.variance, 1e-11, "variance");
    assertNear(concrete.entropy(), row.entropy, 1e-11, "entropy");
    assertNear(concrete.kl(new Concrete(row.other, row.otherTemperature)), row.kl, 1e-11, "kl");
  });
}

for (const row of torchGolden.concreteSamples) {
  const name = `Concrete(${row.logits.join(", ")}; ${row.temperature})`;
  const concrete = new Concrete(row.logits, row.temperature);
  test(`${name}: the density and the pathwise gradient agree with PyTorch`, () => {
    const sample = row.logs.map(Math.exp);
    assertRelative(concrete.logDensityAtLog(row.logs), row.logDensity, 1e-12, "logDensityAtLog");
    assertRelative(concrete.logDensity(sample), row.logDensity, 1e-12, "logDensity");
    const gradient = concrete.pathwiseGradient(sample, row.coefficients);
    // PyTorch subtracts Σ x_k dL/dx_k, about 1 here, where ours sums differences: it has the rounding of that.
    row.gradient.logits.forEach((expected, k) => {
      assertNear(gradient.logits[k], expected, 1e-12 * Math.abs(expected) + 1e-13, `dL/dlogits[${k}]`);
    });
    const { temperature } = row.gradient;
    assertNear(gradient.temperature, temperature, 1e-12 * Math.abs(temperature) + 1e-12, "dL/dtemperature");
  });
}

for (const [logits, temperature] of [
  [[0.4, -0.7], 0.5],
  [[0.3, -1, 2], 1],
  [[1, 0, 0, -2, 0.5], 3],
] as const) {
  test(`Concrete(${logits.join(", ")}; ${temperature}): pathwise gradients average to those of the mean`, () => {
    const concrete = new Concrete(logits, temperature);
    const stream = new RandomStream(2, "concrete", String(temperature));
    const coefficients = logits.map((_, k) => k * k - 1);
    const loss = (l: readonly number[], t: number) =>
      new Concrete(l, t).mean().reduce((sum, value, k) => sum + coefficients[k] * value, 0);
    const gradients = Array.from({ length: 20_000 }, () =>
      concrete.pathwiseGradient(concrete.sample(stream), coefficients),
    );
    const h = 1e-4;
    for (let j = 0; j < logits.length; j++) {
      const at = (shift: number) =>
        loss(
          logits.map((logit, k) => (k === j ? logit + shift : logit)),
          temperature,
        );
      const slopes = gradients.map((gradient) => gradient.logits[j]);
      assertNear(average(slopes), (at(h) - at(-h)) / (2 * h), 5 * standardError(slopes) + 1e-7, `dL/dlogits[${j}]`);
    }
    const slopes = gradients.map((gradient) => gradient.temperature);
    const difference = (loss(logits, temperature + h) - loss(logits, temperature - h)) / (2 * h);
    assertNear(average(slopes), difference, 5 * standardError(slopes) + 1e-7, "dL/dtemperature");
  });
}

test("on two categories the pathwise gradient has its closed form, also where a sample is nearly one-hot", () => {
  for (const x of [0.3, 1e-9, 1e-200]) {
    // dx_0/dlogits_0 = x_0 x_1 / t, and dx_0/dt = -x_0 x_1 ln(x_0 / x_1) / t.
    const { logits, temperature } = new Concrete([0, 1], 0.1).pathwiseGradient([x, 1 - x], [1, 0]);
    assertVector(logits, [10 * x * (1 - x), -10 * x * (1 - x)], 1e-14, "dx/dlogits");
    assertRelative(temperature, -10 * x * (1 - x) * Math.log(x / (1 - x)), 1e-13, "dx/dtemperature");
  }
});

test("on two categories the density integrates to 1", () => {
  for (const temperature of [0.2, 1, 4]) {
    const concrete = new Concrete([0.4, -0.7], temperature);
    // x = 1 / (1 + e^-z), dx = x (1 - x) dz: the trapezoidal rule in z.
    const step = 0.05 / temperature;
    let total = 0;
    for (let z = -50 / temperature; z <= 50 / temperature; z += step) {
      const logs = [-Math.log1p(Math.exp(-z)), -Math.log1p(Math.exp(z))];
      total += step * Math.exp(concrete.logDensityAtLog(logs) + logs[0] + logs[1]);
    }
    assertNear(total, 1, 1e-12, `integral at temperature ${temperature}`);
  }
});

test("the mean tends to the softmax at low temperatures and to the uniform weights at high ones", () => {
  const logits = [0.3, -1, 2, 0];
  assertVector(new Concrete(logits, 1e-6).mean(), softmax(logits), 1e-9, "cold");
  assertVector(new Concrete(logits, 1e6).mean(), [0.25, 0.25, 0.25, 0.25], 1e-5, "hot");
});

test("a constant added to the logits changes nothing, nor does their order but for the order", () => {
  const p = new Concrete([0.3, -1, 2], 0.7);
  const shifted = new Concrete([10.3, 9, 12], 0.7);
  const turned = new Concrete([2, 0.3, -1], 0.7);
  assertVector(shifted.mean(), p.mean(), 1e-12, "mean");
  assertNear(shifted.kl(p), 0, 1e-10, "kl");
  assertVector([turned.mean()[1], turned.mean()[2], turned.mean()[0]], p.mean(), 1e-12, "mean");
});

test("the largest component is the categorical sample of the same stream", () => {
  const logits = [1, 0, 0, -2, 0.5];
  const categorical = new Categorical(logits);
  for (const temperature of [0.1, 1, 10]) {
    const concrete = new Concrete(logits, temperature);
    const [one, other] = [new RandomStream(4, "argmax"), new RandomStream(4, "argmax")];
    for (let i = 0; i < 1000; i++) {
      const sample = concrete.sampleLog(one);
      assert.equal(sample.indexOf(Math.max(...sample)), categorical.sampleIndex(other));
    }
  }
});

test("extreme parameters give finite numbers", () => {
  for (const temperature of [1e-2, 1e4]) {
    for (const logits of [
      [1e3, -1e3, 0],
      [0, 0, 0],
      [-1e3, 1e3],
      [1e3, 1e3],
    ]) {
      const name = `Concrete(${logits.join(", ")}; ${temperature})`;
      const concrete = new Concrete(logits, temperature);
      const other = new Concrete(logits.toReversed(), 1 / temperature);
      const stream = new RandomStream(3, name);
      assertFinite([...concrete.mean(), ...concrete.variance()], `moments of ${name}`);
      assertFinite([concrete.entropy(), concrete.kl(other), other.kl(concrete)], `entropy and KL of ${name}`);
      assertFinite(
        [0, 0.5, 1].map((probability) => concrete.marginalQuantile(0, probability)),
        `quantiles of ${name}`,
      );
      for (let i = 0; i < 200; i++) {
        const logs = concrete.sampleLog(stream);
        const sample = concrete.sample(stream);
        const { logits: dLogits, temperature: dTemperature } = concrete.pathwiseGradient(sample, logits);
        assertFinite([...logs, ...sample, ...dLogits, dTemperature], `a sample of ${name}`);
        assertFinite([concrete.logDensityAtLog(logs), concrete.logDensity(sample)], `densities of ${name}`);
      }
    }
  }
});

test("a Concrete refuses what it cannot be", () => {
  for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => new Concrete([0, 0], value), {
      name: "RangeError",
      message: `Concrete: temperature must be positive and finite, got ${value}.`,
    });
  }
  assert.throws(() => new Concrete([0], 1), /RangeError: Concrete: logits must have at least 2 numbers, got 1/);
  assert.throws(() => new Concrete([0, Number.NaN], 1), /RangeError: Concrete: logits\[1\] must be finite, got NaN/);
  const concrete = new Concrete([0, 1, 2], 1);
  assert.throws(() => concrete.kl(new Concrete([0, 1], 1)), /Concrete.kl: the distribution has 3 categories, got 2/);
  assert.throws(() => concrete.logDensity([0.5, 0.5, 0.5]), /logDensity: the point must be non-negative and sum to 1/);
  assert.throws(() => concrete.logDensityAtLog([0]), /logDensityAtLog: the distribution has 3 categories, got 1/);
  assert.throws(() => concrete.pathwiseGradient([0.2, 0.3, 0.5], [1]), /pathwiseGradient: .* got 1 numbers/);
  assert.throws(() => concrete.marginalQuantile(3, 0.5), /marginalQuantile: category must lie in 0 … 2, got 3/);
  assert.throws(() => concrete.marginalQuantile(0, 1.5), /marginalQuantile: probability must lie in 0 … 1, got 1.5/);
});

test("the probability of a component undoes its quantile, in closed form for two categories", () => {
  for (const [concrete, tolerance] of [
    [new Concrete([0.3, -1], 0.7), 1e-14],
    [new Concrete([0.3, -1, 0.5], 0.7), 1e-3],
  ] as const)
    for (const p of [0.05, 0.5, 0.9])
      assertNear(concrete.marginalCumulative(0, concrete.marginalQuantile(0, p)), p, tolerance, `${p}`);
});

test("quantiles are those of draws from the same stream, whichever parameters were asked for before", () => {
  const concrete = new Concrete([0.3, -1, 0.5], 0.7);
  new Concrete([1, 2, 3], 0.1).marginalQuantile(0, 0.5);
  const stream = new RandomStream(0, "distributions", "marginals");
  const draws = Float64Array.from({ length: 4096 }, () => concrete.sample(stream)[2]).sort();
  assertNear(concrete.marginalQuantile(2, 0.5), (draws[2047] + draws[2048]) / 2, 1e-14, "median");
  assert.deepEqual(concrete.subcomposition([2, 0]), new Concrete([0.5, 0.3], 0.7));
});
