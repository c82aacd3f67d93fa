import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { concentrationOf, concentrationSlope, Dirichlet } from "../../src/distributions";
import { assertFinite, assertNear, assertRelative } from "./close";
import { golden } from "./golden";
import { average, standardError } from "./statistics";

// Every stream is seeded, so that no test fails by chance; Monte Carlo tolerances are 5 standard errors.

for (const row of golden.distributions) {
  const { concentration } = row;
  const name = `Dir(${concentration.join(", ")})`;
  const dirichlet = new Dirichlet(concentration);
  const size = concentration.length;

  test(`${name}: density, moments, entropy and KL agree with mpmath`, () => {
    const { x, other, logDensity, entropy, kl } = row;
    assertRelative(dirichlet.logDensity(x), logDensity, 1e-11, "logDensity");
    assertRelative(dirichlet.entropy(), entropy, 1e-11, "entropy");
    assertRelative(dirichlet.kl(new Dirichlet(other)), kl, 1e-11, "kl");
    for (let k = 0; k < size; k++) {
      assertRelative(dirichlet.mean()[k], row.mean[k], 1e-14, `mean[${k}]`);
      assertRelative(dirichlet.variance()[k], row.variance[k], 1e-14, `variance[${k}]`);
    }
  });

  const n = 40_000;
  const stream = new RandomStream(1, name);
  const samples = Array.from({ length: n }, () => dirichlet.sample(stream));

  test(`${name}: samples lie on the simplex, inside it`, () => {
    for (const sample of samples) {
      assert.ok(sample.every((value) => value >= 2 ** -1022 && value <= 1 - 2 ** -53));
      assertNear(
        sample.reduce((sum, value) => sum + value, 0),
        1,
        1e-15 * size,
        "sum",
      );
    }
  });

  test(`${name}: samples have the mean and the variance`, () => {
    const mean = dirichlet.mean();
    const variance = dirichlet.variance();
    for (let k = 0; k < size; k++) {
      const squares = samples.map((sample) => (sample[k] - mean[k]) ** 2);
      assertNear(average(samples.map((sample) => sample[k])), mean[k], 5 * Math.sqrt(variance[k] / n), `mean[${k}]`);
      assertNear(average(squares), variance[k], 5 * standardError(squares), `variance[${k}]`);
    }
  });

  test(`${name}: samples fill the marginals' tenths evenly`, () => {
    for (let k = 0; k < size; k++) {
      const borders = Array.from({ length: 9 }, (_, i) => dirichlet.marginalQuantile(k, (i + 1) / 10));
      // Borders that round to an end of (0, 1) hold more than a tenth: those tenths are taken together.
      const inner = borders.filter((border) => border > 2 ** -1022 && border < 1 - 2 ** -53);
      for (const border of inner) {
        const expected = (borders.indexOf(border) + 1) / 10;
        const below = average(samples.map((sample) => (sample[k] < border ? 1 : 0)));
        assertNear(below, expected, 5 * Math.sqrt((expected * (1 - expected)) / n), `P(theta[${k}] < ${border})`);
      }
    }
  });

  // Where components fall below the smallest number and are kept at it, their logarithms say nothing of the distribution's own.
  const isCut = samples.some((sample) => sample.includes(2 ** -1022));
  // Smaller concentrations have much of their probability below the smallest double, where samples are clamped and their
  // densities are not those of a Dirichlet; mpmath's values above hold them.
  if (Math.min(...concentration) >= 0.02) {
    test(`${name}: entropy is the mean of -logDensity, and KL that of the log-ratio, over samples`, () => {
      const logDensities = samples.map((sample) => dirichlet.logDensity(sample));
      if (isCut) {
        assert.ok(-average(logDensities) > dirichlet.entropy()); // a cut at the left can only flatten
        return;
      }
      assertNear(-average(logDensities), dirichlet.entropy(), 5 * standardError(logDensities) + 1e-9, "entropy");
      const other = new Dirichlet(row.other);
      const ratios = samples.map((sample, i) => logDensities[i] - other.logDensity(sample));
      assertNear(average(ratios), dirichlet.kl(other), 5 * standardError(ratios), "kl");
    });
  }

  test(`${name}: the gradient of KL is that of its values`, () => {
    const other = new Dirichlet(row.other);
    dirichlet.klGradient(other).forEach((slope, k) => {
      const h = 1e-4 * concentration[k];
      const at = (shift: number) =>
        new Dirichlet(concentration.map((beta, i) => (i === k ? beta + shift : beta))).kl(other);
      const difference = (at(h) - at(-h)) / (2 * h);
      assertNear(slope, difference, 1e-6 * Math.abs(difference) + 1e-7, `dKL/dbeta[${k}]`);
    });
  });

  test(`${name}: pathwise derivatives move the sample within the simplex`, () => {
    for (const sample of samples.slice(0, 200)) {
      assert.deepEqual([...dirichlet.pathwiseGradient(sample, new Float64Array(size).fill(-3.7))], Array(size).fill(0));
      const derivatives = jacobian(dirichlet, sample);
      for (let j = 0; j < size; j++) {
        const column = derivatives.map((row) => row[j]);
        const scale = Math.max(...column.map(Math.abs));
        assertNear(
          column.reduce((sum, value) => sum + value, 0),
          0,
          1e-14 * scale,
          `sum of dtheta/dbeta[${j}]`,
        );
      }
    }
  });

  test(`${name}: pathwise derivatives average to those of the first two moments`, () => {
    const beta0 = dirichlet.total;
    const mean = dirichlet.mean();
    const draws = samples.slice(0, 4000);
    const derivatives = draws.map((sample) => jacobian(dirichlet, sample));
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const delta = i === j ? 1 : 0;
        const first = derivatives.map((derivative) => derivative[i][j]);
        const expected = (delta - mean[i]) / beta0;
        assertNear(average(first), expected, 5 * standardError(first), `E[dtheta[${i}]/dbeta[${j}]]`);
        // E[θ_i²] = β_i (β_i + 1) / (β0 (β0 + 1))
        const second = draws.map((sample, s) => 2 * sample[i] * first[s]);
        const moment = (concentration[i] * (concentration[i] + 1)) / (beta0 * (beta0 + 1));
        const slope = (delta * (2 * concentration[i] + 1)) / (beta0 * (beta0 + 1));
        const expected2 = slope - (moment * (2 * beta0 + 1)) / (beta0 * (beta0 + 1));
        assertNear(average(second), expected2, 5 * standardError(second), `E[dtheta[${i}]^2/dbeta[${j}]]`);
      }
    }
  });
}

/** dθ_i/dβ_j, [i][j]: the gradients of each component of the sample. */
function jacobian(dirichlet: Dirichlet, sample: Float64Array): Float64Array[] {
  return Array.from(sample, (_, i) => {
    const unit = new Float64Array(sample.length);
    unit[i] = 1;
    return dirichlet.pathwiseGradient(sample, unit);
  });
}

test("on two categories the pathwise derivative is that of the Beta's closed form", () => {
  // θ_0 of Dir(a, 1) is u^(1/a) at a fixed u = θ_0^a: dθ_0/da = -θ_0 ln θ_0 / a.
  for (const a of [0.2, 1, 6]) {
    for (const theta of [1e-9, 0.3, 0.999]) {
      const [slope] = new Dirichlet([a, 1]).pathwiseGradient([theta, 1 - theta], [1, 0]);
      assertRelative(slope, (-theta * Math.log(theta)) / a, 1e-12, `dtheta/da at ${theta}, ${a}`);
    }
  }
});

test("KL to the uniform distribution is DrNAS' penalty; KL to itself is 0", () => {
  for (const { concentration } of golden.distributions) {
    const dirichlet = new Dirichlet(concentration);
    assertNear(dirichlet.kl(dirichlet), 0, 1e-15, "kl to itself");
    // Dir(1) has the constant density (K - 1)!, so KL = -entropy - ln (K - 1)!.
    const uniform = new Dirichlet(concentration.map(() => 1));
    const logFactorial = [0, 0, Math.log(2), Math.log(6), Math.log(24)][concentration.length - 1];
    const expected = -dirichlet.entropy() - logFactorial;
    assertNear(dirichlet.kl(uniform), expected, 1e-12 * Math.max(1, Math.abs(expected)), "kl to Dir(1)");
  }
});

test("a density may be infinite at the border, and is what it is where the concentration is 1", () => {
  assertNear(new Dirichlet([1, 1, 1]).logDensity([0, 0, 1]), Math.log(2), 1e-13, "logDensity");
  assert.equal(new Dirichlet([0.5, 2]).logDensity([0, 1]), Number.POSITIVE_INFINITY);
  assert.equal(new Dirichlet([2, 2]).logDensity([0, 1]), Number.NEGATIVE_INFINITY);
});

test("samples of single precision are points of the simplex too", () => {
  const theta = Float32Array.of(0.1, 0.2, 0.7);
  const gradient = new Dirichlet([1, 2, 3]).pathwiseGradient(theta, Float32Array.of(1, 0, 0));
  const exact = new Dirichlet([1, 2, 3]).pathwiseGradient([0.1, 0.2, 0.7], [1, 0, 0]);
  gradient.forEach((value, k) => {
    assertRelative(value, exact[k], 1e-6, `gradient[${k}]`);
  });
});

test("a sample that rounds to a corner has a finite gradient", () => {
  const dirichlet = new Dirichlet([1e-3, 2e-3, 1e-3]);
  const stream = new RandomStream(3, "corners");
  let corners = 0;
  for (let i = 0; i < 2000; i++) {
    const sample = dirichlet.sample(stream);
    if (sample.includes(2 ** -1022)) corners++;
    assert.ok(dirichlet.pathwiseGradient(sample, [1, -2, 0.5]).every(Number.isFinite), sample.join());
  }
  assert.ok(corners > 100, `only ${corners} samples at the clamp`);
});

test("extreme concentrations give finite numbers", () => {
  for (const [small, large] of [
    [1e-4, 1e4],
    [1e4, 1e-4],
  ]) {
    const dirichlet = new Dirichlet([small, small, small]);
    const other = new Dirichlet([small, large, 1]);
    const name = `Dir(${small})`;
    assertFinite([...dirichlet.mean(), ...dirichlet.variance(), dirichlet.entropy()], `moments of ${name}`);
    assertFinite([dirichlet.kl(other), other.kl(dirichlet), ...other.klGradient(dirichlet)], `KL of ${name}`);
    assertFinite(
      [0, 0.5, 1].map((probability) => other.marginalQuantile(0, probability)),
      `quantiles of ${name}`,
    );
    const stream = new RandomStream(4, name);
    for (let i = 0; i < 200; i++) {
      const sample = other.sample(stream);
      assertFinite([other.logDensity(sample), ...other.pathwiseGradient(sample, [1, -2, 0.5])], `sample of ${name}`);
    }
  }
});

test("a Dirichlet refuses what it cannot be", () => {
  for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => new Dirichlet([1, value]), /concentration\[1\] must be positive and finite/);
  }
  assert.throws(() => new Dirichlet([1]), /needs at least 2 concentrations, got 1/);
  const dirichlet = new Dirichlet([1, 2, 3]);
  assert.throws(() => dirichlet.kl(new Dirichlet([1, 2])), /kl: the distribution has 3 categories, got 2 numbers/);
  assert.throws(() => dirichlet.pathwiseGradient([0.5, 0.3, 0.2], [1, 2]), /has 3 categories, got 2 numbers/);
  assert.throws(() => dirichlet.pathwiseGradient([0.5, 0.3, 0.3], [1, 2, 3]), /must be non-negative and sum to 1/);
  assert.throws(() => dirichlet.logDensity([1.5, -0.5, 0]), /logDensity: the point must be non-negative and sum to 1/);
  for (const category of [3, -1, 0.5]) {
    assert.throws(() => dirichlet.marginalQuantile(category, 0.5), /category must lie in 0 … 2/);
  }
});

test("concentrations are ELU + 1 of the free parameters, with its slope", () => {
  const eta = [-40, -1, -1e-3, 0, 1e-3, 2];
  assert.deepEqual([...concentrationOf(eta)], [Math.exp(-40), Math.exp(-1), Math.exp(-1e-3), 1, 1.001, 3]);
  assert.deepEqual([...concentrationSlope(eta)], [Math.exp(-40), Math.exp(-1), Math.exp(-1e-3), 1, 1, 1]);
});

test("a marginal's probability, and the sub-composition of some categories", () => {
  const dirichlet = new Dirichlet([1, 2, 1, 3]);
  assertRelative(dirichlet.marginalCumulative(0, 0.2), 1 - 0.8 ** 6, 1e-13, "Beta(1, 6)");
  assert.deepEqual(dirichlet.subcomposition([3, 0]), new Dirichlet([3, 1]));
  assert.throws(() => dirichlet.marginalCumulative(4, 0.5), /category must lie in 0 … 3/);
});
