import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { kendall, rankCorrelation, spearman } from "../../src/analysis";
import { RandomStream } from "../../src/backend/random";
import { ranks } from "../../src/proxies/ranks";
import { packageRoot } from "../../src/root";

const golden: { xs: number[]; ys: number[]; spearman: number; kendall: number }[] = JSON.parse(
  readFileSync(join(packageRoot, "test/golden/rank-correlation.json"), "utf8"),
);

test("both are SciPy's, with and without equal values", () => {
  for (const { xs, ys, ...expected } of golden) {
    assert.ok(Math.abs(spearman(xs, ys) - expected.spearman) < 1e-12);
    assert.ok(Math.abs(kendall(xs, ys) - expected.kendall) < 1e-12);
  }
  assert.deepEqual([...ranks([3, 1, 3, 2])], [3.5, 1, 3.5, 2]);
});

test("a list of equal values has no correlation", () => {
  assert.ok(Number.isNaN(spearman([1, 1, 1], [1, 2, 3])));
  assert.ok(Number.isNaN(kendall([1, 2, 3], [1, 1, 1])));
});

test("the intervals hold the value of the whole population about as often as they say", () => {
  const stream = new RandomStream(1, "population");
  const rho = 0.6; // of the normal variables; Spearman's is 6/π asin(ρ/2)
  const expected = (6 / Math.PI) * Math.asin(rho / 2);
  const held = Array.from({ length: 60 }, (_, seed) => {
    const xs = Float64Array.from({ length: 60 }, () => stream.normal());
    const ys = xs.map((x) => rho * x + Math.sqrt(1 - rho * rho) * stream.normal());
    const { spearman } = rankCorrelation(xs, ys, { seed, draws: 200 });
    assert.ok(spearman.low < spearman.value && spearman.value < spearman.high);
    return spearman.low <= expected && expected <= spearman.high;
  });
  const share = held.filter(Boolean).length / held.length;
  assert.ok(share > 0.85 && share < 1, String(share)); // 57 of 60 expected
});

test("the same seed gives the same intervals, and what has no order is refused", () => {
  const [{ xs, ys }] = golden.slice(3);
  assert.deepEqual(rankCorrelation(xs, ys, { seed: 3 }), rankCorrelation(xs, ys, { seed: 3 }));
  assert.throws(() => rankCorrelation([1, 2, 3], [1, 2]), /3 and 2 numbers/);
  assert.throws(() => rankCorrelation([1, 2], [1, 2]), /three at least/);
  assert.throws(() => rankCorrelation([1, Number.NaN, 3], [1, 2, 3]), /number 1 is NaN/);
});
