import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { benchmarkOf, benchmarks, summarise } from "../../src/benchmarks";
import { tabularMethods } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { sharedData } from "../shared-data";

const benchmark = benchmarks.nasBenchMacro();
const space = spaces.nasBenchMacro();

test("accuracies of the file's first networks, and the best, which has equals that compute the same", () => {
  assert.equal(benchmarkOf(space), benchmark);
  const entry = benchmark.query(space.parse("02012100"));
  assert.deepEqual(benchmark.seeds(entry.architecture), [89.47, 88.95, 89.17]);
  assert.equal(entry.accuracies.cifar10.test.toFixed(4), "89.1967");
  const best = benchmark.best();
  assert.equal(benchmark.query(best).accuracies.cifar10.test.toFixed(2), "93.13"); // as the paper says of the best
  assert.equal(benchmark.query(space.parse("22212220")).rank.cifar10.test, 1);
  assert.ok(best.isomorphic(space.parse("22212220")));
});

test("architectures have their places in the order of their strings", () => {
  for (const index of [0, 1, 4000, 6560]) {
    const accuracy = benchmark.query(benchmark.at(index)).accuracies.cifar10.test;
    assert.equal(accuracy, benchmark.all()[index]);
  }
  assert.equal(String(benchmark.at(5)), "00000012");
});

test("what it has not measured is refused", () => {
  const [first] = [benchmark.at(0)];
  assert.throws(
    () => benchmark.query(first, { epochs: 200 }),
    /NAS-Bench-Macro: no accuracies of .* 200 epochs; there are cifar10; test; 50 epochs/,
  );
  assert.throws(() => benchmark.all("cifar10", "valid" as "test"), /"valid"/);
  assert.throws(() => benchmark.simulate(tabularMethods.random, { seconds: 10 }), /knows no training times/);
});

test("every method searches it, and finds more than random search in as many evaluations", () => {
  const found = Object.entries(tabularMethods).map(([name, method]) => {
    const runs = Array.from({ length: 10 }, (_, seed) => benchmark.simulate(method, { seed, evaluations: 100 }));
    return [name, summarise(runs).cifar10.test.mean] as const;
  });
  const { random, reinforce, ...others } = Object.fromEntries(found);
  for (const [name, mean] of Object.entries(others)) assert.ok(mean > random, `${name}: ${mean}, random: ${random}`);
  assert.ok(reinforce > random - 0.3, `reinforce: ${reinforce}, random: ${random}`); // its steps of 0.001 are small for 100 draws
});

test("every number, parameter and multiply-add equals the authors' file", {
  skip: !sharedData && "the file is not here",
}, () => {
  type Row = { test_acc: number[]; mean_acc: number; params: number; flops: number };
  const text = readFileSync(join(sharedData!, "nas-bench-macro_cifar10.json"), "utf8");
  const file: Record<string, Row> = JSON.parse(text);
  assert.equal(Object.keys(file).length, benchmark.size);
  const forms = new Map<string, number[]>();
  for (const [digits, { test_acc, params, flops }] of Object.entries(file)) {
    const architecture = space.parse(digits);
    assert.deepEqual(
      benchmark.seeds(architecture),
      test_acc.map((accuracy) => Math.round(100 * accuracy) / 100),
    );
    const { parameters, multiplyAdds } = architecture.cost();
    assert.deepEqual([parameters, multiplyAdds], [params, flops], digits);
    const same = forms.get(architecture.canonical);
    if (same) assert.deepEqual(test_acc, same, `${digits} computes what ${architecture.canonical} does`);
    forms.set(architecture.canonical, test_acc);
  }
  assert.equal(forms.size, 3969);
});
