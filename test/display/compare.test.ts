import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import { RandomStream } from "../../src/backend";
import { benchmarks } from "../../src/benchmarks";
import { datasets, type ImageDataset } from "../../src/datasets";
import { compareFigure } from "../../src/display/compare";
import { draw, type Specification } from "../../src/display/draw";
import { methods } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { SearchRun } from "../../src/trainer";

const space = spaces.nasBench201();
let data: ImageDataset;
before(async () => {
  data = (await datasets.fashionMnist()).take({ train: 64, test: 0 });
});

/** A run that has recorded some epochs; the weight of the first operation is `weight` on the first edge, and 0 on the others. */
function runOf(method: string, weights: number[]): SearchRun {
  const run = new SearchRun(methods[method], space, data, { epochs: weights.length || 1, batch: 8 });
  weights.forEach((weight, k) => {
    const rest = (1 - weight) / 4;
    run.history.push({
      epoch: k + 1,
      train: { loss: 1, accuracy: 0.5 },
      valid: { loss: 1, accuracy: 0.25 },
      seconds: 1,
      secondsPerStep: 0.1,
      eta: [],
      rows: [],
      kept: [],
      mean: space.edges.map((_, e) => (e === 0 ? [weight, rest, rest, rest, rest] : [0, 0.25, 0.25, 0.25, 0.25])),
      entropy: 1.5 - 0.1 * k,
      eigenvalue: null,
      smallestEigenvalue: null,
      hessianDiagonal: null,
      architecture: space.at(k).toString(),
      residentBytes: 1e9,
    });
  });
  return run;
}

/** The rows of a view: the weights', then the progress'. */
const values = (specification: Specification) =>
  (specification.vconcat as { data: { values: Record<string, unknown>[] } }[]).map((view) => view.data.values);

suite("compare", () => {
  test("has each run's weights, entropies and the benchmark's accuracies", () => {
    const figure = compareFigure([runOf("darts", [0.6, 0.3]), runOf("drnas", [0.2])]);
    const [shares, progress] = values(figure.specification!);
    assert.equal(shares.length, 3 * 5);
    assert.deepEqual(shares[0], { run: "DARTS (first order)", epoch: 1, operation: "none", mean: 0.1 }); // over six edges
    const accuracy = (index: number) => benchmarks.nasBench201().query(space.at(index)).accuracies.cifar10.test;
    assert.deepEqual(progress, [
      { run: "DARTS (first order)", epoch: 1, entropy: 1.5, accuracy: accuracy(0) },
      { run: "DARTS (first order)", epoch: 2, entropy: 1.4, accuracy: accuracy(1) },
      { run: "DrNAS", epoch: 1, entropy: 1.5, accuracy: accuracy(0) },
    ]);
    assert.match(figure.text, /Reduced search on Fashion-MNIST/);
    assert.match(figure.text, new RegExp(`DARTS \\(first order\\) +2 +1\\.400 +25\\.0 % +${accuracy(1).toFixed(2)} %`));
  });

  test("of one edge, of other data, and of runs by names", () => {
    const options = { edge: "1<-0", data: "cifar100", split: "valid" } as const;
    const figure = compareFigure({ mine: runOf("darts", [0.6]) }, options);
    const [shares, progress] = values(figure.specification!);
    assert.deepEqual(shares[0], { run: "mine", epoch: 1, operation: "none", mean: 0.6 });
    assert.equal(progress[0].accuracy, benchmarks.nasBench201().query(space.at(0)).accuracies.cifar100.valid);
  });

  test("numbers runs of one method, and is a sound picture of up to six", () => {
    const runs = Array.from({ length: 6 }, () => runOf("snas", [0.2, 0.3, 0.4]));
    const figure = compareFigure(runs);
    assert.match(figure.text, /SNAS \(1\)[\s\S]*SNAS \(6\)/);
    const { svg, warnings } = draw(figure.specification!);
    assert.deepEqual(warnings, []);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    assert.ok(Number(/ width="(\d+)"/.exec(svg)![1]) <= 780);
  });

  test("says nothing of a benchmark on a space that has none, and averages over the edges that have an operation", () => {
    const s1 = spaces.s1();
    const run = new SearchRun(methods.drnas, s1, data, { batch: 8 });
    const mean = s1.edges.map(({ candidates }) =>
      s1.operations.map((_, o) => (candidates.includes(o) ? (o === candidates[0] ? 0.75 : 0.25) : 0)),
    );
    const { operations } = s1;
    const architecture = s1.sample(new RandomStream(0)).toString();
    const record = { ...runOf("darts", [0.5]).history[0], mean, entropy: 0.5, architecture };
    run.history.push(record);
    const figure = compareFigure([run]);
    const [shares, progress] = values(figure.specification!);
    assert.deepEqual(progress, [{ run: "DrNAS", epoch: 1, entropy: 0.5 }]);
    const first = shares.find(({ operation }) => operation === "max pool 3×3")!;
    assert.equal(operations[0], "max_pool_3x3"); // the first candidate wherever it is one
    assert.equal(first.mean, 0.75);
    assert.doesNotMatch(JSON.stringify(figure.specification) + figure.text, /NAS-Bench|accuracy of the architecture/);
    assert.match(JSON.stringify(figure.specification), /uniform, 1\/2.*ln 2 = 0\.693/);
    assert.deepEqual(draw(figure.specification!).warnings, []);
    const edge = compareFigure([run], { edge: "reduce 2<-0" });
    assert.deepEqual(
      values(edge.specification!)[0].map(({ operation }) => operation),
      ["max pool 3×3", "avg pool 3×3"],
    );
    assert.match(edge.svg, /on edge reduce 0 ← c_\{k-2\}/);
  });

  test("says what is wrong in one line", () => {
    assert.throws(() => compareFigure([]), /there are no runs; give a list/);
    assert.throws(
      () => compareFigure([runOf("darts", [])]),
      /"DARTS \(first order\)" has no finished epoch yet; run a stage/,
    );
    assert.throws(() => compareFigure([runOf("darts", [0.5])], { edge: "9<-1" }), /no edge "9<-1"; the edges are 1<-0/);
  });
});
