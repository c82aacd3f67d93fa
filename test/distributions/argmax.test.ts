import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { argmaxProbabilities, Categorical, Concrete, Dirichlet, Gaussian, PointMass } from "../../src/distributions";
import { packageRoot } from "../../src/root";
import { assertVector } from "./close";

const golden: {
  dirichlet: { concentration: number[]; probabilities: number[] }[];
  gaussian: { mean: number[]; deviation: number[]; probabilities: number[] }[];
} = JSON.parse(readFileSync(join(packageRoot, "test/golden/argmax.json"), "utf8"));

test("the probabilities of a Dirichlet's and a Gaussian's largest component are SciPy's", () => {
  for (const { concentration, probabilities } of golden.dirichlet)
    assertVector(argmaxProbabilities(new Dirichlet(concentration)), probabilities, 1e-8, `Dir(${concentration})`);
  for (const { mean, deviation, probabilities } of golden.gaussian)
    assertVector(argmaxProbabilities(new Gaussian(mean, deviation)), probabilities, 1e-8, `N(${mean}; ${deviation})`);
});

test("deviations that differ by a million, and one that stands apart, are resolved", () => {
  const narrow = argmaxProbabilities(new Gaussian([0, 0.5], [1, 1e-6]));
  assertVector(narrow, [0.30853753872598694, 0.6914624612740131], 1e-6, "a point at 0.5"); // 1 - Φ(0.5)
  assertVector(argmaxProbabilities(new Gaussian([0, 0.5, 200], [1, 1e-6, 1e-6])), [0, 0, 1], 1e-9, "far away");
});

test("they are the shares of samples, of every distribution", () => {
  const rows = [
    new Dirichlet([0.4, 1, 2.2]),
    new Gaussian([0, 0.4, -0.3], [1, 0.5, 2]),
    new Concrete([0.1, 1, -0.5], 3),
    new Categorical([0.1, 1, -0.5]),
    new PointMass([0.1, 1, -0.5]),
  ];
  const stream = new RandomStream(0, "argmax");
  for (const row of rows) {
    const expected = argmaxProbabilities(row);
    const counts = new Float64Array(3);
    for (let n = 0; n < 4000; n++) {
      const sample = row.sample(stream);
      counts[sample.indexOf(Math.max(...sample))]++;
    }
    counts.forEach((count, k) => {
      const share = count / 4000;
      const deviation = Math.sqrt((expected[k] * (1 - expected[k])) / 4000);
      assert.ok(Math.abs(share - expected[k]) <= 4 * deviation, `${row.constructor.name}: ${share}, ${expected[k]}`);
    });
  }
});
