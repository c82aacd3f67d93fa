import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type BenchmarkData, benchmarks } from "../../src/benchmarks";
import { spaces } from "../../src/spaces";
import { sharedData } from "../shared-data";

const benchmark = benchmarks.nasBench201();
const space = spaces.nasBench201();

test("the best architectures are the published ones", () => {
  // NAS-Bench-201's optima, ImageNet16-120 valid as in the data's version 1.1
  const optima: [BenchmarkData, "valid" | "test", number, number][] = [
    ["cifar10", "valid", 6111, 91.61],
    ["cifar10", "test", 6111, 94.37],
    ["cifar100", "valid", 9930, 73.49],
    ["cifar100", "test", 9930, 73.51],
    ["imagenet16", "valid", 10676, 46.73],
    ["imagenet16", "test", 857, 47.31],
  ];
  for (const [data, split, index, accuracy] of optima) {
    const best = benchmark.best(data, split);
    assert.equal(best.index, index, `${data} ${split}`);
    const entry = benchmark.query(best);
    assert.equal(entry.accuracies[data][split].toFixed(2), accuracy.toFixed(2));
    assert.equal(entry.rank[data][split], 1);
  }
});

test("the rows that DrNAS's table 4 quotes are those of their architectures", () => {
  const rows: [index: number, ...accuracies: number[]][] = [
    [9930, 91.55, 94.36, 73.49, 73.51, 46.37, 46.34], // DrNAS
    [1835, 39.77, 54.3, 15.03, 15.61, 16.43, 16.32], // all skip, where DARTS and ENAS end on CIFAR-10
    [2299, 68.29, 70.92, 38.57, 38.97, 18.87, 18.41], // skip but none on 2<-1, where DARTS ends on the other two
  ];
  for (const [index, ...accuracies] of rows) {
    const { cifar10, cifar100, imagenet16 } = benchmark.query(space.at(index)).accuracies;
    const found = [cifar10, cifar100, imagenet16].flatMap(({ valid, test }) => [valid, test]);
    assert.deepEqual(
      found.map((x) => x.toFixed(2)),
      accuracies.map((x) => x.toFixed(2)),
    );
  }
  // GDAS on ImageNet16-120: 3x3 convolutions, but none on 2<-1
  const gdas = benchmark.query(space.architecture([3, 3, 0, 3, 3, 3]));
  assert.equal(gdas.architecture.index, 138);
  assert.deepEqual(
    Object.values(gdas.accuracies.imagenet16).map((x) => x.toFixed(2)),
    ["40.66", "41.02"],
  );
});

test("ranks count the better ones: the worst has as many as there are", () => {
  const all = benchmark.all("cifar10", "test", 12);
  const index = all.indexOf(Math.min(...all));
  const { rank } = benchmark.query(space.at(index), { epochs: 12 });
  assert.equal(rank.cifar10.test, 1 + all.filter((x) => x > all[index]).length);
});

test("a column that is not there is refused by name", () => {
  assert.throws(
    () => benchmark.all("svhn" as BenchmarkData, "test"),
    /no accuracies of "svhn".*there are cifar10, cifar100, imagenet16/,
  );
});

test("every number equals the table that it was made of", { skip: !sharedData && "the table is not here" }, () => {
  const [header, ...rows] = readFileSync(join(sharedData!, "nasbench201.csv"), "utf8").trim().split("\n");
  const names = header.split(",");
  assert.equal(rows.length, space.size);
  const columns = (["cifar10", "cifar100", "imagenet16"] as const).flatMap((data) =>
    (["valid", "test"] as const).flatMap((split) =>
      ([200, 12] as const).map((epochs) => {
        const short = { cifar10: "c10", cifar100: "c100", imagenet16: "in16" }[data];
        return { place: names.indexOf(`${short}_${split}_${epochs}`), all: benchmark.all(data, split, epochs) };
      }),
    ),
  );
  for (const [index, row] of rows.entries()) {
    const cells = row.split(",");
    assert.equal(space.at(index).toString(), cells[1]);
    for (const { place, all } of columns) assert.equal(all[index], Number(cells[place]));
  }
});
