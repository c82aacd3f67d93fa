// What holds for every distribution, each against its own samples: a table of distributions, and the properties.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { Categorical, Concrete, Dirichlet, Gaussian, PointMass } from "../../src/distributions";
import { assertNear } from "./close";
import { average, standardError } from "./statistics";

// Every stream is seeded, so that no test fails by chance; Monte Carlo tolerances are 5 standard errors.

/** What all distributions have. */
interface Distribution<Kind> {
  sample(stream: RandomStream): Float64Array;
  logDensity(x: ArrayLike<number>): number;
  mean(): Float64Array;
  variance(): Float64Array;
  entropy(): number;
  kl(other: Kind): number;
  marginalQuantile(category: number, probability: number): number;
}

interface Row {
  readonly name: string;
  /** The first draws of the row's stream. */
  readonly draw: (count: number) => Float64Array[];
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly entropy: number;
  readonly kl: number;
  readonly klToItself: number;
  /** ln p(x), and ln p(x) - ln q(x). */
  readonly logDensity: (x: Float64Array) => number;
  readonly logRatio: (x: Float64Array) => number;
  readonly quantile: (category: number, probability: number) => number;
  /** Whether samples are points of the simplex. */
  readonly simplex: boolean;
  /** The draws that a quantile comes from; infinitely many where it is exact. */
  readonly quantileDraws: number;
}

const COUNT = 100_000;

function row<Kind extends Distribution<Kind>>(name: string, p: Kind, q: Kind, marks: Partial<Row> = {}): Row {
  return {
    name,
    draw: (count) => {
      const stream = new RandomStream(1, name);
      return Array.from({ length: count }, () => p.sample(stream));
    },
    mean: p.mean(),
    variance: p.variance(),
    entropy: p.entropy(),
    kl: p.kl(q),
    klToItself: p.kl(p),
    logDensity: (x) => p.logDensity(x),
    logRatio: (x) => p.logDensity(x) - q.logDensity(x),
    quantile: (category, probability) => p.marginalQuantile(category, probability),
    simplex: true,
    quantileDraws: Number.POSITIVE_INFINITY,
    ...marks,
  };
}

const gaussian = { simplex: false };
const sampled = { quantileDraws: 4096 };
const logits = [0.3, -1, 2];

const table: Row[] = [
  row("Gaussian, 2 logits", new Gaussian([0.4, -0.7], [1, 0.5]), new Gaussian([0, 0], [1, 1]), gaussian),
  row("Gaussian, 3 logits", new Gaussian(logits, [0.1, 3, 1]), new Gaussian([1, 0, 2], [1, 4, 1]), gaussian),
  row("Concrete, 2 categories", new Concrete([0.4, -0.7], 0.5), new Concrete([0, 0], 1)),
  row("Concrete, warm", new Concrete(logits, 3), new Concrete([0, 0, 0], 2), sampled),
  row("Concrete, cool", new Concrete(logits, 0.3), new Concrete([0, 0, 0], 0.5), sampled),
  row("Concrete, 5 categories", new Concrete([1, 0, 0, -2, 0.5], 1), new Concrete([0, 0, 0, 0, 0], 1), sampled),
  row("Categorical, 2 categories", new Categorical([0.4, -0.7]), new Categorical([0, 0])),
  row("Categorical, 5 categories", new Categorical([1, 0, 0, -2, 0.5]), new Categorical([0, 0, 0, 1, 0])),
  row("Point mass", new PointMass(logits), new PointMass(logits.map((logit) => logit + 1))),
  row("Dirichlet", new Dirichlet([0.9, 1.3, 3]), new Dirichlet([1, 1, 1])),
];

for (const entry of table) {
  const { name, mean, variance } = entry;
  const samples = entry.draw(COUNT);

  test(`${name}: a sample has one number a category, on the simplex where it is of weights`, () => {
    for (const sample of samples.slice(0, 1000)) {
      assert.equal(sample.length, mean.length);
      if (!entry.simplex) continue;
      assert.ok(sample.every((value) => value >= 0 && value <= 1));
      assertNear(
        sample.reduce((sum, value) => sum + value, 0),
        1,
        1e-14,
        "sum",
      );
    }
  });

  test(`${name}: samples have the mean and the variance`, () => {
    mean.forEach((expected, k) => {
      const values = samples.map((sample) => sample[k]);
      const squares = values.map((value) => (value - expected) ** 2);
      assertNear(average(values), expected, 5 * Math.sqrt(variance[k] / COUNT) + 1e-10, `mean[${k}]`);
      assertNear(average(squares), variance[k], 5 * standardError(squares) + 1e-10, `variance[${k}]`);
    });
  });

  test(`${name}: entropy is the mean of -logDensity, and KL that of the log-ratio, over samples`, () => {
    const draws = samples.slice(0, 20_000);
    const logDensities = draws.map(entry.logDensity);
    const ratios = draws.map(entry.logRatio);
    assertNear(-average(logDensities), entry.entropy, 5 * standardError(logDensities) + 1e-12, "entropy");
    assertNear(average(ratios), entry.kl, 5 * standardError(ratios) + 1e-12, "kl");
    assert.ok(entry.kl >= 0);
    assertNear(entry.klToItself, 0, 1e-12, "kl to itself");
  });

  test(`${name}: the marginals' quantiles hold their share of the samples`, () => {
    for (let k = 0; k < mean.length; k++) {
      const values = Float64Array.from(samples, (sample) => sample[k]);
      for (const probability of [0.05, 0.25, 0.5, 0.75, 0.95]) {
        const quantile = entry.quantile(k, probability);
        const below = values.reduce((count, value) => count + (value < quantile ? 1 : 0), 0) / COUNT;
        const upTo = values.reduce((count, value) => count + (value <= quantile ? 1 : 0), 0) / COUNT;
        // A step of a discrete marginal covers all probabilities from `below` to `upTo`.
        const spread = probability * (1 - probability) * (1 / COUNT + 1 / entry.quantileDraws);
        const nearest = Math.min(Math.max(probability, below), upTo);
        assertNear(nearest, probability, 5 * Math.sqrt(spread), `P(x[${k}] < ${quantile})`);
      }
    }
  });

  test(`${name}: the same stream gives the same samples`, () => {
    assert.deepEqual(entry.draw(10), samples.slice(0, 10));
  });
}
