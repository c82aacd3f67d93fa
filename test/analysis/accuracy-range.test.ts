import assert from "node:assert/strict";
import { test } from "node:test";
import { accuracyRange } from "../../src/analysis";
import { benchmarks } from "../../src/benchmarks";
import { Dirichlet, recordOf } from "../../src/distributions";
import { methods } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { SearchRun } from "../../src/trainer";
import { madeUpHistory, madeUpRun } from "../display/gallery";
import { blackImages } from "./black-images";

const data = blackImages();

test("of a distribution that has decided, all draws are the architecture of its mean weights", () => {
  const space = spaces.nasBench201();
  const run = madeUpRun(data, "drnas", 1, 0);
  const architecture = space.at(9930);
  const rows = architecture.operations.map((chosen) =>
    recordOf(new Dirichlet(Float64Array.from({ length: 5 }, (_, o) => (o === chosen ? 1e6 : 1)))),
  );
  run.history[0] = { ...run.history[0], rows, architecture: architecture.toString() };
  assert.deepEqual(
    accuracyRange(run, { samples: 20 }).map(({ epoch, data, distinct, ...accuracies }) => [
      epoch,
      data,
      distinct,
      ...["low", "high", "mean", "architecture"].map((name) => accuracies[name as keyof typeof accuracies].toFixed(2)),
    ]),
    [
      ["cifar10", "94.36"],
      ["cifar100", "73.51"],
      ["imagenet16", "46.34"], // DrNAS, table 4
    ].map(([data, x]) => [1, data, 1, x, x, x, x]),
  );
});

test("of the uniform distribution, the mean over draws is the benchmark's", () => {
  const run = madeUpRun(data, "drnas", 1, 0);
  const uniform = recordOf(new Dirichlet(new Float64Array(5).fill(1)));
  run.history[0] = { ...run.history[0], rows: run.history[0].rows.map(() => uniform) };
  const [row] = accuracyRange(run, { samples: 400, split: "valid" });
  const all = benchmarks.nasBench201().all("cifar10", "valid");
  const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
  const deviation = Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length / 400);
  assert.ok(Math.abs(row.mean - mean) < 4 * deviation, `${row.mean}, not ${mean}`);
  assert.ok(row.low >= Math.min(...all) && row.high <= Math.max(...all) && row.distinct > 350);
});

test("draws follow from the seed", () => {
  const run = madeUpRun(data, "gaea", 3, 1);
  assert.deepEqual(accuracyRange(run), accuracyRange(run));
  assert.deepEqual(accuracyRange(run), accuracyRange(run, { seed: 1 }));
  assert.notDeepEqual(accuracyRange(run), accuracyRange(run, { seed: 2 }));
});

test("a space that no benchmark has trained is refused", () => {
  const space = spaces.darts();
  const run = new SearchRun(methods.drnas, space, data, { epochs: 1, batch: 8, channels: 4, cells: 2 });
  run.history.push(...madeUpHistory(space, 1));
  assert.throws(() => accuracyRange(run), /^UserError: accuracyRange: no benchmark has trained the architectures of/);
});
