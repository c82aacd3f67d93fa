import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { RandomStream } from "../../src/backend";
import { type ModelSpec, moduleHash, spaces } from "../../src/spaces";
import { pruned } from "../../src/spaces/nasbench101";

const all = ([1, 2, 3] as const).map(spaces.oneShot1);

test("sizes", () => {
  assert.deepEqual(
    all.map(({ size }) => size),
    [14_580, 29_160, 1_312_200],
  );
  assert.deepEqual(
    all.map(({ sizeWithoutLooseEnds }) => sizeWithoutLooseEnds),
    [3_702, 12_474, 135_900],
  );
});

test("the paper's 6,240 and 363,648 count a wiring's operations on blocks with an edge out of them only", () => {
  const counts = [all[0], all[2]].map((space) => {
    const wirings = new Set<string>();
    let sum = 0;
    // Every wiring: all subsets of every row of inputs.
    const rows = space.edges.filter(({ carries }) => !carries);
    const visit = (r: number, parents: readonly number[]): void => {
      if (r < rows.length) {
        for (const set of sets(rows[r].candidates, rows[r].picks)) visit(r + 1, [...parents, ...set]);
        return;
      }
      const fixed = space.parents.flatMap((count, n) =>
        count === n + 1 ? Array.from({ length: count }, (_, k) => 3 + k) : [],
      );
      const used = new Set([...parents, ...fixed].filter((column) => column > 3)); // column 3 is the input
      sum += 3 ** used.size;
      wirings.add(parents.join());
    };
    visit(0, []);
    return sum;
  });
  assert.deepEqual(counts, [6_240, 363_648]);
});

function sets(from: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  return from.flatMap((first, k) => sets(from.slice(k + 1), count - 1).map((rest) => [first, ...rest]));
}

test("rows and columns of θ", () => {
  const [first, second] = all;
  assert.deepEqual(first.operations.slice(3), ["input 0", "input 1", "input 2", "input 3", "input 4"]);
  assert.deepEqual(
    first.edges.map(({ name, picks }) => `${name}: ${picks}`),
    ["block 1: 1", "block 2: 1", "block 3: 1", "block 4: 1", "inputs 3: 2", "inputs 4: 2", "output: 2"],
  );
  assert.equal(second.edges[4].name, "inputs 2");
  assert.deepEqual(second.edges.at(-1)!.candidates, [3, 4, 5, 6, 7]);
});

suite("notation", () => {
  const text =
    "ModelSpec(matrix=[[0, 1, 1, 1, 0, 0, 0], [0, 0, 1, 0, 1, 0, 0], [0, 0, 0, 1, 1, 0, 1], [0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0]], ops=['input', 'conv3x3-bn-relu', 'maxpool3x3', 'conv1x1-bn-relu', 'conv3x3-bn-relu', 'conv1x1-bn-relu', 'output'])";
  const [space] = all;

  test("it is read and printed, as JSON too", () => {
    const architecture = space.parse(text);
    assert.deepEqual(architecture.picks, [[1], [0], [2], [1], [3, 5], [4, 5], [5, 7]]);
    assert.equal(String(architecture), text);
    assert.ok(space.parse(`api.${text.replaceAll(", ", ",\n  ").replaceAll("'", '"')}`).equals(architecture));
    assert.ok(space.parse(JSON.stringify(space.modelSpec(architecture), null, 2)).equals(architecture));
  });

  test("samples of every space come back", () => {
    for (const each of all) {
      const stream = new RandomStream(1);
      for (let k = 0; k < 20; k++) {
        const architecture = each.sample(stream);
        assert.ok(each.parse(String(architecture)).equals(architecture));
      }
    }
  });

  for (const [what, from, to, message] of [
    [
      "another operation",
      "'maxpool3x3'",
      "'avgpool3x3'",
      /expected 'conv3x3-bn-relu' or .* at vertex 2 at character 214/,
    ],
    ["a number of its own", "[[0, 1, 1", "[[0, 1, 2", /expected 0 or 1 at character 26/],
    ["a cycle", "[0, 0, 0, 1, 1", "[0, 1, 0, 1, 1", /expected 0: edges lead to higher vertices only/],
    [
      "too few parents",
      "[0, 0, 1, 0, 1",
      "[0, 0, 1, 0, 0",
      /expected 2 edges into vertex 4 in this column, where 1 are/,
    ],
    [
      "an edge to the filler",
      "0], [0, 0, 0, 0, 0, 0, 1]",
      "0], [0, 0, 0, 0, 0, 1, 1]",
      /has 4 blocks, and vertex 5 has no edges/,
    ],
    [
      "a row that is too short",
      "[[0, 1, 1, 1, 0, 0, 0]",
      "[[0, 1, 1, 1, 0, 0]",
      /expected one item for each of 7 vertices; there are 6/,
    ],
    ["a row too many", "]], ops", "], [0]], ops", /expected the end of the list/],
    ["no input", "'input'", "'output'", /expected 'input' at vertex 0/],
    ["more behind it", "'output'])", "'output']) x", /expected the end/],
  ] as const) {
    test(`${what} is refused with its place`, () => {
      assert.ok(text.includes(from));
      assert.throws(() => space.parse(text.replace(from, to)), message);
    });
  }
});

test("two architectures are isomorphic exactly where some order of the blocks makes their cells one", () => {
  const [space] = all;
  const cells = new Map<string, ModelSpec>();
  const labelled = new Set<string>();
  const rows = space.edges.map(({ candidates, picks }) => sets(candidates, picks));
  const visit = (row: number, picks: readonly number[][]): void => {
    if (row < rows.length) {
      for (const set of rows[row]) visit(row + 1, [...picks, set]);
      return;
    }
    labelled.add(JSON.stringify(cut(space.modelSpec({ picks }))));
    const spec = pruned(space.modelSpec({ picks }));
    cells.set(JSON.stringify(spec), spec);
  };
  visit(0, []);
  assert.equal(labelled.size, space.sizeWithoutLooseEnds);

  const byHash = new Map<string, Set<string>>();
  const byForce = new Set<string>();
  for (const spec of cells.values()) {
    const form = smallest(spec);
    byForce.add(form);
    const hash = moduleHash(spec);
    byHash.set(hash, (byHash.get(hash) ?? new Set()).add(form));
  }
  assert.equal(byHash.size, 2_685);
  assert.equal(byForce.size, byHash.size);
  for (const forms of byHash.values()) assert.equal(forms.size, 1);
});

/** A module whose vertices without an edge out of them have none into them, and no operation. */
function cut({ matrix, ops }: ModelSpec): ModelSpec {
  const loose = ops.map((_, v) => v < ops.length - 1 && matrix[v].every((edge) => edge === 0));
  const after = matrix.map((row) => row.map((edge, w) => (loose[w] ? 0 : edge)));
  const spec = { matrix: after, ops: ops.map((op, v) => (loose[v] ? "" : op)) };
  return String(after) === String(matrix) ? spec : cut(spec);
}

/** The first, by the alphabet, of what a module is called in all orders of its inner vertices. */
function smallest({ matrix, ops }: ModelSpec): string {
  const inner = ops.slice(1, -1).map((_, k) => k + 1);
  const forms = orders(inner).map((order) => {
    const vertices = [0, ...order, ops.length - 1];
    return JSON.stringify([vertices.map((v) => ops[v]), vertices.map((v) => vertices.map((w) => matrix[v][w]))]);
  });
  return forms.sort()[0];
}

const orders = (items: readonly number[]): number[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((first) => orders(items.filter((item) => item !== first)).map((rest) => [first, ...rest]));

test("`canonical` and `isomorphic` cut loose ends", () => {
  const [space] = all;
  const picks = [[1], [0], [2], [1], [3, 5], [4, 5], [5, 7]]; // block 3 leads nowhere
  const one = space.architecture(picks);
  const other = space.architecture(picks.map((row, e) => (e === 2 ? [0] : row)));
  assert.ok(one.isomorphic(other) && !one.equals(other));
  assert.match(one.canonical, /^[0-9a-f]{32}$/);
});

test("an unknown space is refused", () => {
  assert.throws(() => spaces.oneShot1(4 as 1), /there are the spaces 1, 2 and 3, got 4/);
});
