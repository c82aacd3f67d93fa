import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../../src/backend";
import { ridge, solve } from "../../../src/methods/tabular/ridge";
import { type Architecture, spaces } from "../../../src/spaces";

const space = spaces.nasBench201();

test("a symmetric system is solved", () => {
  const rows = [
    [4, 1, -1],
    [1, 3, 0.5],
    [-1, 0.5, 5],
  ];
  const x = [1, -2, 3];
  const right = Float64Array.from(rows, (row) => row.reduce((sum, value, k) => sum + value * x[k], 0));
  solve(
    rows.map((row) => Float64Array.from(row)),
    right,
  ).forEach((value, k) => {
    assert.ok(Math.abs(value - x[k]) < 1e-12);
  });
});

test("an accuracy that is a sum over the edges is learnt", () => {
  const stream = new RandomStream(0, "ridge");
  const weights = Array.from({ length: 30 }, () => stream.normal());
  const accuracy = ({ operations }: Architecture) =>
    operations.reduce((sum, operation, e) => sum + weights[5 * e + operation], 50);
  const seen = Array.from({ length: 200 }, () => space.sample(stream));
  const predict = ridge(
    seen.map((architecture) => ({ architecture, accuracy: accuracy(architecture) })),
    1e-6,
  );
  for (let k = 0; k < 50; k++) {
    const architecture = space.sample(stream);
    assert.ok(Math.abs(predict(architecture) - accuracy(architecture)) < 1e-5);
  }
});

test("a large penalty leaves the mean", () => {
  const seen = [0, 1, 2].map((index) => ({ architecture: space.at(index), accuracy: 10 * index }));
  assert.ok(Math.abs(ridge(seen, 1e9)(space.at(77)) - 10) < 1e-6);
});
