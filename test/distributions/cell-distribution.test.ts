import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import {
  Categorical,
  CellDistribution,
  Concrete,
  concentrationOf,
  Dirichlet,
  Gaussian,
  softmax,
} from "../../src/distributions";
import { assertRelative } from "./close";

const edges = ["1<-0", "2<-0", "2<-1"];
const operations = ["none", "skip", "conv", "pool"];
const eta = [
  [0, 0, 0, 0],
  [1, -1, 2, 0],
  [-30, -30, 5, -30],
];

const dirichlets = (edges: string[], operations: string[], eta: number[][]) =>
  new CellDistribution(
    edges,
    operations,
    eta.map((row) => new Dirichlet(concentrationOf(row))),
  );

test("each edge has its own Dirichlet of ELU(eta) + 1", () => {
  const distribution = dirichlets(edges, operations, eta);
  assert.deepEqual(distribution.rows.length, 3);
  assert.deepEqual([...distribution.rows[1].concentration], [2, Math.exp(-1), 3, 1]);
  assert.deepEqual([...distribution.mean()[0]], [0.25, 0.25, 0.25, 0.25]);
  assert.deepEqual(distribution.argmax(), [0, 2, 2]);
});

test("entropy is the mean over edges of the mean weights' entropy", () => {
  const undecided = dirichlets(["1<-0"], operations, [eta[0]]);
  assertRelative(undecided.entropy(), Math.log(4), 1e-15, "undecided");
  const decided = dirichlets(["1<-0"], operations, [eta[2]]);
  assert.ok(decided.entropy() < 1e-10);
  // scipy.stats.entropy(numpy.array([2, numpy.exp(-1), 3, 1]) / (6 + numpy.exp(-1)))
  const expected = 1.1737644019365823;
  const middle = dirichlets(["1<-0"], operations, [eta[1]]);
  assertRelative(middle.entropy(), expected, 1e-14, "between");
  const all = dirichlets(edges, operations, eta);
  const mean = (undecided.entropy() + middle.entropy() + decided.entropy()) / 3;
  assertRelative(all.entropy(), mean, 1e-15, "all edges");
  // A mean that underflows to 0 counts nothing.
  assert.equal(dirichlets(["1<-0"], ["a", "b"], [[-744, 1e300]]).entropy(), 0);
});

test("a sample has a point of the simplex for each edge, and the same stream gives the same", () => {
  const distribution = dirichlets(edges, operations, eta);
  const sample = distribution.sample(new RandomStream(0, "theta"));
  assert.deepEqual(
    sample.map((row) => row.length),
    [4, 4, 4],
  );
  for (const row of sample) assert.ok(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-15);
  assert.notDeepEqual(sample[0], sample[1]);
  assert.deepEqual(distribution.sample(new RandomStream(0, "theta")), sample);
});

test("parameters of another shape are refused", () => {
  assert.throws(() => dirichlets(edges, operations, eta.slice(1)), /one row for each of 3 edges, got 2/);
  const short = [[0, 0, 0, 0], [0, 0, 0], eta[2]];
  assert.throws(() => dirichlets(edges, operations, short), /edge 2<-0 must have .* 4 operations, got 3/);
});

test("an edge's pruned operations have the weight 0, whatever the distribution", () => {
  const logits = [0.5, -1, 2];
  const rows = [new Gaussian(logits, [1, 2, 3]), new Concrete(logits, 0.5), new Categorical(logits)];
  const kept = [
    [0, 1, 3],
    [1, 2, 3],
    [0, 2, 3],
  ];
  const distribution = new CellDistribution(edges, operations, rows, kept);
  const p = softmax(logits);
  assert.deepEqual(
    distribution.mean().map((row) => Array.from(row)),
    [
      [p[0], p[1], 0, p[2]],
      [0, p[0], p[1], p[2]],
      [p[0], 0, p[1], p[2]],
    ],
  );
  assert.deepEqual(distribution.argmax(), [3, 3, 3]);
  distribution.sample(new RandomStream(1, "theta")).forEach((weights, e) => {
    assert.equal(weights.length, 4);
    assertRelative(
      weights.reduce((sum, w) => sum + w, 0),
      1,
      1e-12,
      `edge ${e}`,
    );
    assert.equal(weights[[0, 1, 2, 3].find((o) => !kept[e].includes(o))!], 0);
  });
});
