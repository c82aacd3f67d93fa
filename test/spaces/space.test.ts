// What every space can do, on spaces so small that all architectures can be listed.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { type Architecture, defineSpace, type SearchSpace, spaces, strongest } from "../../src/spaces";

const network = [{ convolution: 3 }, { cell: "cell", times: "N" }] as const;
/** A node keeps two of its edges, one of which has fewer candidates, and "none" is no operation of an edge that is kept. */
const grouped = defineSpace({
  name: "grouped",
  operations: ["none", "skip_connect", "nor_conv_3x3", "avg_pool_3x3"],
  cells: [
    {
      name: "cell",
      inputs: 2,
      nodes: 4,
      keep: 2,
      edges: [[0, 2], { from: 1, to: 2, operations: ["skip_connect", "nor_conv_3x3"] }, [0, 3], [1, 3], [2, 3]],
    },
  ],
  network,
});
const plain = defineSpace({
  name: "plain",
  operations: ["none", "skip_connect", "nor_conv_3x3"],
  cells: [{ name: "cell", nodes: 3 }],
  network,
});

/** All that `neighbours` leads to, by key, with the length of the shortest way there. */
function reach(from: Architecture): Map<string, { architecture: Architecture; steps: number }> {
  const found = new Map([[from.key, { architecture: from, steps: 0 }]]);
  for (const { architecture, steps } of found.values())
    for (const neighbour of architecture.neighbours())
      if (!found.has(neighbour.key)) found.set(neighbour.key, { architecture: neighbour, steps: steps + 1 });
  return found;
}

for (const space of [plain, grouped]) {
  suite(`the space "${space.name}"`, () => {
    const all = [...reach(space.sample(new RandomStream(0))).values()].map(({ architecture }) => architecture);

    test("its size is the number of architectures, all of which are a way of neighbours apart", () => {
      // plain: 3^3. grouped: 3 · 2 into the first node; three pairs of edges, 3 · 3 each, into the second
      assert.equal(space.size, space === plain ? 27 : 6 * 27);
      assert.equal(all.length, space.size);
    });

    test("its distance is the length of the shortest way", () => {
      for (const from of all.slice(0, 12)) {
        const ways = reach(from);
        for (const to of all) assert.equal(from.distance(to), ways.get(to.key)!.steps, `${from} → ${to}`);
      }
    });

    test("neighbours are those at distance 1, each once", () => {
      for (const from of all) {
        const keys = from.neighbours().map(({ key }) => key);
        assert.equal(new Set(keys).size, keys.length);
        const near = all.filter((to) => from.distance(to) === 1).map(({ key }) => key);
        assert.deepEqual(keys.sort(), near.sort());
        assert.ok(from.neighbours().every((to) => to.neighbours().some((back) => back.equals(from))));
      }
    });

    test("samples are uniform over all architectures", () => {
      const stream = new RandomStream(5);
      const counts = new Map(all.map(({ key }) => [key, 0]));
      const expected = 50;
      for (let k = 0; k < expected * all.length; k++) {
        const { key } = space.sample(stream);
        counts.set(key, counts.get(key)! + 1);
      }
      const chi2 = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      const freedom = all.length - 1;
      assert.ok(Math.abs(chi2 - freedom) < 4 * Math.sqrt(2 * freedom), `χ² ${chi2} of ${freedom} degrees`);
    });

    test("every architecture is printed differently and parses to itself", () => {
      assert.equal(new Set(all.map(String)).size, all.length);
      for (const architecture of all) assert.ok(space.parse(String(architecture)).equals(architecture));
    });

    test("the strongest architecture has the largest weights of all", () => {
      const stream = new RandomStream(9);
      for (let n = 0; n < 20; n++) {
        const weights = space.edges.map(() => Float64Array.from(space.operations, () => stream.uniform()));
        const weight = ({ picks }: Architecture) =>
          picks.reduce((sum, row, e) => sum + row.reduce((inner, o) => inner + weights[e][o], 0), 0);
        const best = all.reduce((a, b) => (weight(b) > weight(a) ? b : a));
        assert.ok(space.architecture(strongest(space, weights)).equals(best));
      }
    });
  });
}

test("of a group the edges with the largest ranking weights are kept, each with its own largest weight", () => {
  const weights = grouped.edges.map(() => Float64Array.of(0.9, 0.1, 0.3, 0.2));
  const ranking = grouped.edges.map((_, e) => Float64Array.of(0.9, 0.1, e === 2 ? 0.1 : 0.5, 0.1));
  assert.deepEqual(strongest(grouped, weights, ranking), [[2], [2], [], [2], [2]]);
});

test("equal weights go to the first", () => {
  assert.deepEqual(
    strongest(
      grouped,
      grouped.edges.map(() => [1, 1, 1, 1]),
    ),
    [[1], [1], [1], [1], []],
  );
});

test("a space of fewer operations has those architectures only", () => {
  const smaller = grouped.only(["skip_connect", "nor_conv_3x3"]);
  assert.equal(smaller.size, 4 * 12);
  assert.throws(() => grouped.only(["avg_pool_3x3"]), /edge 2<-1 has none of avg_pool_3x3/);
  assert.throws(() => grouped.only(["conv"]), /there is no operation "conv"/);
});

test("picks that are no architecture are refused with the edge", () => {
  const refused: [space: SearchSpace, picks: (number | number[])[], message: RegExp][] = [
    [plain, [0, 1], /each of 3 edges, got 2/],
    [plain, [0, 1, 5], /edge 2<-1 must be one of 0 \(none\), .*, got 5/],
    [plain, [0, 1, [1, 2]], /edge 2<-1 takes 1 of its candidates, got \[1,2\]/],
    [grouped, [1, 3, 1, 1, []], /edge 2<-1 must be one of 1 \(skip_connect\), 2 \(nor_conv_3x3\), got 3/],
    [grouped, [1, 1, 1, 1, 1], /2 of the edges 3<-0, 3<-1, 3<-2 must have an operation, got 3/],
  ];
  for (const [space, picks, message] of refused) assert.throws(() => space.architecture(picks), message);
});

test("an architecture left without a benchmark has no number", () => {
  assert.throws(() => spaces.darts().sample(new RandomStream(0)).index, /have no numbers/);
});
