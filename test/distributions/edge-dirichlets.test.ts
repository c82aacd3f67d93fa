import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { EdgeDirichlets } from "../../src/distributions";
import { assertRelative } from "./close";

const edges = ["1<-0", "2<-0", "2<-1"];
const operations = ["none", "skip", "conv", "pool"];
const eta = [
  [0, 0, 0, 0],
  [1, -1, 2, 0],
  [-30, -30, 5, -30],
];

test("each edge has its own Dirichlet of ELU(eta) + 1", () => {
  const distribution = new EdgeDirichlets(edges, operations, eta);
  assert.deepEqual(distribution.rows.length, 3);
  assert.deepEqual([...distribution.rows[1].concentration], [2, Math.exp(-1), 3, 1]);
  assert.deepEqual([...distribution.mean()[0]], [0.25, 0.25, 0.25, 0.25]);
  assert.deepEqual(distribution.argmax(), [0, 2, 2]);
});

test("entropy is the mean over edges of the mean weights' entropy", () => {
  const undecided = new EdgeDirichlets(["1<-0"], operations, [eta[0]]);
  assertRelative(undecided.entropy(), Math.log(4), 1e-15, "undecided");
  const decided = new EdgeDirichlets(["1<-0"], operations, [eta[2]]);
  assert.ok(decided.entropy() < 1e-10);
  // scipy.stats.entropy(numpy.array([2, numpy.exp(-1), 3, 1]) / (6 + numpy.exp(-1)))
  const expected = 1.1737644019365823;
  const middle = new EdgeDirichlets(["1<-0"], operations, [eta[1]]);
  assertRelative(middle.entropy(), expected, 1e-14, "between");
  const all = new EdgeDirichlets(edges, operations, eta);
  const mean = (undecided.entropy() + middle.entropy() + decided.entropy()) / 3;
  assertRelative(all.entropy(), mean, 1e-15, "all edges");
  // A mean that underflows to 0 counts nothing.
  assert.equal(new EdgeDirichlets(["1<-0"], ["a", "b"], [[-744, 1e300]]).entropy(), 0);
});

test("a sample has a point of the simplex for each edge, and the same stream gives the same", () => {
  const distribution = new EdgeDirichlets(edges, operations, eta);
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
  assert.throws(() => new EdgeDirichlets(edges, operations, eta.slice(1)), /one row for each of 3 edges, got 2/);
  const short = [[0, 0, 0, 0], [0, 0, 0], eta[2]];
  assert.throws(() => new EdgeDirichlets(edges, operations, short), /edge 2<-0 must have .* 4 operations, got 3/);
});
