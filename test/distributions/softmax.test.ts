import assert from "node:assert/strict";
import { test } from "node:test";
import { logSoftmax, logSumExp, softmax, softmaxGradient } from "../../src/distributions";
import { assertNear, assertRelative, assertVector } from "./close";

test("the softmax, its logarithm and its normalizer agree with their definitions", () => {
  const x = [0.3, -1, 2, 0];
  const exponentials = x.map(Math.exp);
  const sum = exponentials.reduce((total, value) => total + value, 0);
  assertRelative(logSumExp(x), Math.log(sum), 1e-15, "logSumExp");
  assertVector(
    softmax(x),
    exponentials.map((value) => value / sum),
    1e-15,
    "softmax",
  );
  assertVector(logSoftmax(x), softmax(x).map(Math.log), 1e-15, "logSoftmax");
});

test("large logits neither overflow nor lose their differences", () => {
  assert.equal(logSumExp([1e308, 0]), 1e308);
  assert.deepEqual([...softmax([1e3, -1e3])], [1, 0]);
  assert.deepEqual([...logSoftmax([1e3, -1e3])], [0, -2000]);
  assertVector(logSoftmax([1e9, 1e9 + 1]), logSoftmax([0, 1]), 1e-15, "logSoftmax");
});

test("the gradient is that of finite differences, and exact for a nearly one-hot softmax", () => {
  const x = [0.3, -1, 2, 0];
  const dP = [1, -2, 0.5, 3];
  const loss = (logits: number[]) => softmax(logits).reduce((sum, p, k) => sum + p * dP[k], 0);
  const h = 1e-5;
  softmaxGradient(softmax(x), dP).forEach((slope, j) => {
    const at = (shift: number) => loss(x.map((value, k) => (k === j ? value + shift : value)));
    assertNear(slope, (at(h) - at(-h)) / (2 * h), 1e-9, `dL/dx[${j}]`);
  });
  const tiny = Math.exp(-50);
  assertVector(softmaxGradient([1, tiny], [1, 0]), [tiny, -tiny], 1e-15, "nearly one-hot");
});
