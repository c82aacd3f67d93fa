import assert from "node:assert/strict";
import { test } from "node:test";
import { combine, type ProxyScores } from "../../src/proxies";

/** Of four architectures: ranks 1/4 … 1 and, in the second, where lower is better and two are equal, 1, 2.5/4, 2.5/4, 1/4. */
const up: ProxyScores = { name: "up", better: "higher", scores: [1, 20, 300, 4000] };
const down: ProxyScores = { name: "down", better: "lower", scores: [-9, 0, 0, 5] };
const near = (actual: readonly number[], expected: readonly number[]) =>
  expected.forEach((value, k) => {
    assert.ok(Math.abs(actual[k] - value) < 1e-12, `${actual} for ${expected}`);
  });

test("ranks are added, multiplied, or weighted", () => {
  near(combine([up]), [0.25, 0.5, 0.75, 1]);
  near(combine([down]), [1, 0.625, 0.625, 0.25]);
  near(combine([up, down]), [0.625, 0.5625, 0.6875, 0.625]);
  near(
    combine([up, down], "rank-product").map(Math.exp),
    [0.25, 0.3125, 0.46875, 0.25].map(Math.sqrt), // the geometric mean
  );
  near(combine([up, down], { up: 3, down: 1 }), [0.4375, 0.53125, 0.71875, 0.8125]);
  near(combine([up, down], { down: 1 }), combine([down]));
});

test("a combination of one's own sees scores and ranks", () => {
  const found = combine([up, down], ({ scores, ranks }) => scores.up! / 1000 - ranks.down);
  near(found, [-0.999, -0.605, -0.325, 3.75]);
});

test("an architecture without a score ranks behind all that have one, whichever way the proxy points", () => {
  for (const better of ["higher", "lower"] as const)
    near(combine([{ name: "x", better, scores: [3, null, 3, null] }]), [0.875, 0.375, 0.875, 0.375]);
});

test("what is no combination is refused", () => {
  assert.throws(() => combine([]), /there are no scores/);
  assert.throws(() => combine([up], "sum" as never), /"sum" is no combination; take "rank-sum"/);
  assert.throws(() => combine([up], { down: 1 }), /a weight for "down" and no score; the scores are up/);
  assert.throws(() => combine([up], { up: -1 }), /weight of up must be a number from 0 on, got -1/);
  assert.throws(() => combine([up], { up: 0 }), /all weights are 0/);
  assert.throws(() => combine([up], () => Number.NaN), /answers NaN for architecture 0/);
});
