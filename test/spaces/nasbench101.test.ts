import assert from "node:assert/strict";
import { test } from "node:test";
import { costOf, type ModelSpec, moduleHash, nasBench101Design } from "../../src/spaces";
import { pruned, vertexChannels } from "../../src/spaces/nasbench101";

const size = { channels: 128, cells: 9, image: [32, 32, 3], classes: 10 } as const;

const spec = (edges: string, ...ops: string[]): ModelSpec => {
  const all = ["input", ...ops, "output"];
  const matrix = all.map(() => all.map(() => 0));
  for (const [from, to] of edges.split(" ").map((edge) => Array.from(edge, Number))) matrix[from][to] = 1;
  return { matrix, ops: all };
};
const [conv3, conv1, pool] = ["conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"];

/** The first entry of NAS-Bench-101's file, and the cell that its notebook asks for (with the answer that it shows). */
const first = spec("01 04 05 12 23 26 35 45 56", conv3, pool, conv3, conv3, conv1);
const inception = spec("01 02 03 05 16 26 34 46 56", conv1, conv3, conv3, conv3, pool);

test("parameters are the benchmark's", () => {
  assert.equal(costOf(nasBench101Design(first), size).parameters, 8_555_530);
  assert.equal(costOf(nasBench101Design(inception), size).parameters, 2_694_282);
});

test("the hash is the benchmark's, whatever the order of the vertices and with loose ends", () => {
  assert.equal(moduleHash(first), "00005c142e6f48ac74fdcf73e3439874");
  // As the notebook shows the answer: the vertices of the Inception-like cell in another order.
  const shown = spec("01 02 03 04 16 26 36 45 56", conv3, conv1, pool, conv3, conv3);
  assert.equal(moduleHash(inception), moduleHash(shown));
  assert.notEqual(
    moduleHash(inception),
    moduleHash(spec("01 02 03 04 16 26 36 45 56", conv3, conv1, conv3, pool, conv3)),
  );
  const loose = spec("01 02 03 13", pool, conv3);
  assert.deepEqual(pruned(loose), spec("01 02 12", pool));
  assert.equal(moduleHash(loose), moduleHash(spec("01 02 12", pool)));
});

test("a module through which no path leads is refused", () => {
  assert.throws(() => moduleHash(spec("01 23", pool, pool)), /no path leads from the input to the output/);
});

test("channels are shared among the vertices that lead to the output", () => {
  const channels = (edges: string, vertices: number, outputs: number) =>
    vertexChannels(8, outputs, spec(edges, ...new Array<string>(vertices - 2).fill(pool)).matrix);
  // The authors' own tests of compute_vertex_channels.
  assert.deepEqual(channels("01 12 23", 4, 16), [8, 16, 16, 16]);
  assert.deepEqual(channels("01 02 13 23", 4, 15), [8, 8, 7, 15]);
  assert.deepEqual(channels("01 02 03 14 24 34", 5, 8), [8, 3, 3, 2, 8]);
  assert.deepEqual(channels("01 12 13 24 34", 5, 9), [8, 5, 5, 4, 9]);
  assert.deepEqual(channels("01 03 12 14 23 34", 5, 15), [8, 8, 7, 7, 15]);
});
