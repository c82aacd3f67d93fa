import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { regret } from "../../src/analysis/regret";
import { benchmarks, type SimulatedRun, simulate } from "../../src/benchmarks";
import { tabularMethods } from "../../src/methods";

const benchmark = benchmarks.nasBench201();
const best = Math.max(...benchmark.all("cifar10", "test"));

/** A run that has asked for these architectures, with these rewards. */
function run(asked: readonly (readonly [index: number, reward: number, seconds?: number])[]): SimulatedRun {
  const evaluations = asked.map(([index, accuracy, seconds]) => ({
    architecture: benchmark.at(index),
    accuracy,
    ...(seconds !== undefined && { seconds }),
  }));
  const top = evaluations.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  return { evaluations, best: top, seed: 0, entry: benchmark.query(top.architecture) };
}
const short = (index: number) => best - benchmark.all("cifar10", "test")[index];

suite("regret", () => {
  test("is of the architecture with the highest reward so far, whatever its own accuracy", () => {
    const one = run([
      [5, 50],
      [6111, 40],
      [9, 60],
      [7, 60],
    ]);
    const { curves, unit, data, split } = regret([one]);
    assert.deepEqual([unit, data, split], ["evaluations", "cifar10", "test"]);
    assert.deepEqual(
      curves[0].points.map(({ spent, median }) => [spent, median]),
      [
        [1, short(5)],
        [3, short(9)],
        [4, short(9)],
      ],
    );
  });

  test("has medians and quartiles over runs, from where all have found something", () => {
    const runs = [
      run([[1, 1, 10]]),
      run([
        [2, 1, 4],
        [6111, 2, 30],
      ]),
      run([[3, 1, 7]]),
    ];
    const { curves, unit } = regret({ some: runs });
    assert.equal(unit, "seconds");
    const sorted = (...indices: number[]) => indices.map(short).sort((a, b) => a - b);
    const [a, b, c] = sorted(1, 2, 3);
    const [d, e, f] = sorted(1, 6111, 3);
    const near = (found: object, wanted: object) =>
      assert.deepEqual(
        Object.values(found).map((x) => Number(x.toFixed(9))),
        Object.values(wanted).map((x) => Number(x.toFixed(9))),
      );
    assert.deepEqual(
      curves[0].points.map(({ spent }) => spent),
      [10, 30],
    );
    near(curves[0].points[0], { spent: 10, median: b, lower: (a + b) / 2, upper: (b + c) / 2 });
    near(curves[0].points[1], { spent: 30, median: e, lower: (d + e) / 2, upper: (e + f) / 2 });
  });

  test("of simulated searches falls for every seed's median, and evolution ends below random search", () => {
    const of = (name: string) =>
      Array.from({ length: 30 }, (_, seed) => simulate(benchmark, tabularMethods[name], { seed, evaluations: 200 }));
    const { curves } = regret(
      { random: of("random"), evolution: of("evolution") },
      { data: "cifar100", split: "valid" },
    );
    const ends = curves.map(({ points }) => points[points.length - 1]);
    assert.deepEqual(
      ends.map(({ spent }) => spent),
      [200, 200],
    );
    assert.ok(ends[1].median < ends[0].median, `${ends[1].median}, ${ends[0].median}`);
    for (const { points } of curves) {
      assert.ok(points.length <= 200 && points[0].median > points[points.length - 1].median);
      for (const { lower, median, upper } of points) assert.ok(0 <= lower && lower <= median && median <= upper);
    }
  });

  test("refuses what is no run, and runs on two benchmarks", () => {
    const macro = simulate(benchmarks.nasBenchMacro(), tabularMethods.random, { evaluations: 3 });
    assert.throws(() => regret([]), /there are no runs/);
    assert.throws(() => regret({ a: [] }), /there are no runs/);
    assert.throws(() => regret([run([[1, 1]]), macro]), /runs on NAS-Bench-201 and on NAS-Bench-Macro/);
    assert.throws(() => regret([macro], { split: "valid" }), /no accuracies of "cifar10", "valid", 50 epochs/);
  });
});
