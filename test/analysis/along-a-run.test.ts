// What an analysis reads from records: eigenvalues, operations, agreement.
import assert from "node:assert/strict";
import { test } from "node:test";
import { agreement, eigenvalues, operationCounts } from "../../src/analysis";
import { spaces } from "../../src/spaces";
import { madeUpRun, watchedRun } from "../display/gallery";
import { blackImages } from "./black-images";

const data = blackImages();

/** A run whose epochs ended with these architectures, by the operations' numbers. */
function runOf(seed: number, ...architectures: number[][]) {
  const run = madeUpRun(data, "drnas", architectures.length, seed);
  architectures.forEach((picks, k) => {
    run.history[k] = { ...run.history[k], architecture: spaces.nasBench201().architecture(picks).toString() };
  });
  return run;
}

test("eigenvalues are the readings, epochs without one left out", () => {
  const run = watchedRun(data, "darts", 3, 0, 2);
  run.history[1] = { ...run.history[1], eigenvalue: null };
  assert.deepEqual(
    eigenvalues(run),
    [0, 2].map((k) => {
      const { epoch, eigenvalue, smallestEigenvalue } = run.history[k];
      return { epoch, eigenvalue, smallest: smallestEigenvalue };
    }),
  );
  assert.throws(() => eigenvalues(madeUpRun(data, "darts", 2, 0)), /has read none; start one with the setting/);
});

test("operations are counted by epoch", () => {
  const counts = operationCounts(runOf(0, [0, 1, 2, 3, 4, 1], [1, 1, 1, 1, 1, 1]));
  const of = (epoch: number) => counts.filter((row) => row.epoch === epoch).map(({ count }) => count);
  assert.deepEqual(
    [of(1), of(2)],
    [
      [1, 2, 1, 1, 1],
      [0, 6, 0, 0, 0],
    ],
  );
  assert.equal(counts[1].operation, "skip_connect");
});

test("agreement is the mean over edges and pairs", () => {
  const runs = [
    runOf(0, [0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1]),
    runOf(1, [0, 0, 0, 1, 1, 1], [1, 1, 1, 1, 1, 1]),
    runOf(2, [2, 2, 2, 2, 2, 2], [1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0]),
  ];
  assert.deepEqual(agreement(runs), [
    { epoch: 1, agreement: 0.5 / 3, distinct: 3 },
    { epoch: 2, agreement: 1, distinct: 1 },
  ]);
  assert.throws(() => agreement([runs[0]]), /it takes two runs or more, got 1/);
  assert.throws(() => agreement([runs[0], runs[1], runs[0]]), /two runs have the seed 0/);
  assert.throws(() => agreement([runs[0], madeUpRun(data, "darts", 2, 5)]), /runs of DrNAS and of DARTS/);
});
