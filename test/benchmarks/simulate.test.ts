import assert from "node:assert/strict";
import { test } from "node:test";
import { type BenchmarkData, type BenchmarkSplit, benchmarks, simulate, summarise } from "../../src/benchmarks";
import { NasBench201Benchmark } from "../../src/benchmarks/nasbench201";
import { tabularMethods } from "../../src/methods";

const benchmark = benchmarks.nasBench201();
const { random, evolution, reinforce } = tabularMethods;

/** Mean and deviation in percent, by data set and split. */
type Published = {
  readonly [Data in BenchmarkData]?: { readonly [Split in BenchmarkSplit]?: readonly [number, number] };
};

const published: [method: typeof random, source: string, values: Published][] = [
  [
    random,
    "DrNAS, table 4",
    {
      cifar10: { valid: [90.93, 0.36], test: [93.7, 0.36] },
      cifar100: { valid: [70.6, 1.37], test: [70.65, 1.38] },
      imagenet16: { valid: [42.92, 2.0], test: [42.96, 2.15] },
    },
  ],
  [
    reinforce,
    "DrNAS, table 4",
    {
      cifar10: { valid: [91.09, 0.37], test: [93.85, 0.37] },
      cifar100: { valid: [70.05, 1.67], test: [70.17, 1.61] },
      imagenet16: { valid: [43.04, 2.18], test: [43.16, 2.28] },
    },
  ],
  [evolution, "NAS-Bench-201, table 5", { cifar10: { test: [93.92, 0.3] } }],
];

for (const [method, source, values] of published) {
  test(`${method.name} over 500 seeds is within a deviation of ${source}`, () => {
    const found = summarise(Array.from({ length: 500 }, (_, seed) => simulate(benchmark, method, { seed })));
    for (const [data, splits] of Object.entries(values)) {
      for (const [split, [mean, std]] of Object.entries(splits)) {
        const ours = found[data as BenchmarkData][split as BenchmarkSplit].mean;
        assert.ok(Math.abs(ours - mean) <= std, `${data} ${split}: ${ours.toFixed(2)}, published ${mean} ± ${std}`);
      }
    }
  });
}

test("CIFAR-10's validation accuracy after 12 epochs picks, and the long training is reported", () => {
  const { evaluations, best, entry } = simulate(benchmark, random, { seed: 3, evaluations: 20 });
  const rewards = benchmark.all("cifar10", "valid", 12);
  assert.equal(evaluations.length, 20);
  for (const { architecture, accuracy } of evaluations) assert.equal(accuracy, rewards[architecture.index]);
  assert.equal(best.accuracy, Math.max(...evaluations.map(({ accuracy }) => accuracy)));
  assert.deepEqual(entry, benchmark.query(best.architecture));
});

test("an architecture whose training took no time is refused", () => {
  class Timed extends NasBench201Benchmark {
    constructor(readonly time: number) {
      super();
    }
    override seconds = () => this.time;
  }
  for (const time of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(
      () => simulate(new Timed(time), random, { seconds: 100 }),
      (error: Error) =>
        error.name === "UserError" &&
        error.message.includes(`~0|+|`) &&
        error.message.includes(`above 0, got ${time};`),
    );
});

test("a summary has means and deviations by n; of one run, no deviation", () => {
  const runs = [0, 1].map((seed) => simulate(benchmark, random, { seed, evaluations: 5 }));
  const [a, b] = runs.map(({ entry }) => entry.accuracies.cifar100.test);
  const { mean, std } = summarise(runs).cifar100.test;
  assert.ok(Math.abs(mean - (a + b) / 2) < 1e-12 && Math.abs(std - Math.abs(a - b) / 2) < 1e-12);
  assert.equal(summarise(runs.slice(0, 1)).imagenet16.valid.std, 0);
});
