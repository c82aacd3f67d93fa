import assert from "node:assert/strict";
import { test } from "node:test";
import { stageRows } from "../../src/display/stage-table";
import type { EpochRecord, StageRecord } from "../../src/trainer";

const stage = (number: number, epoch: number, kept: number[][], partialChannels: number) =>
  ({ stage: number, epoch, kept, partialChannels, depth: 1, pruned: number > 1, widened: number > 1 }) as StageRecord;
const epoch = (number: number, secondsPerStep: number, residentBytes: number) =>
  ({ epoch: number, secondsPerStep, residentBytes }) as EpochRecord;

test("a row a stage: its own epochs, operations, K, median step, largest memory", () => {
  const stages = [
    stage(
      1,
      1,
      [
        [0, 1, 2, 3],
        [0, 1],
      ],
      6,
    ),
    stage(
      2,
      4,
      [
        [1, 2],
        [0, 1],
      ],
      4,
    ),
    stage(3, 6, [[1], [0]], 4),
  ];
  const history = [epoch(1, 0.5, 3e8), epoch(2, 0.1, 5e8), epoch(3, 0.2, 4e8), epoch(4, 0.7, 6e8), epoch(5, 0.9, 5e8)];
  const [first, second, third] = stageRows(stages, history);
  assert.deepEqual(first, {
    stage: 1,
    firstEpoch: 1,
    epochs: 3,
    operations: [2, 4],
    partialChannels: 6,
    secondsPerStep: 0.2,
    residentBytes: 5e8,
  });
  assert.deepEqual([second.epochs, second.operations, second.residentBytes], [2, [2, 2], 6e8]);
  assert.deepEqual([third.epochs, third.residentBytes, Number.isNaN(third.secondsPerStep)], [0, 0, true]);
});
