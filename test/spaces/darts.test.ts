import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { isCell, spaces } from "../../src/spaces";
import { assertRefusedAt } from "./refused";

const space = spaces.darts();
const sep = "sep_conv_3x3";
const cell = `[${[0, 1, 0, 1, 0, 1, 0, 1].map((from) => `('${sep}', ${from})`).join(", ")}]`;
const text = `Genotype(normal=${cell}, normal_concat=range(2, 6), reduce=${cell}, reduce_concat=range(2, 6))`;

test("each space has as many architectures as the papers say", () => {
  // two of 2, 3, 4 and 5 edges, each with one of seven operations (about 10^9, DARTS's appendix), for each of the cells
  const cells = 1 * 3 * 6 * 10;
  assert.equal(space.size, (cells * 7 ** 8) ** 2);
  assert.equal(spaces.darts({ none: true }).size, space.size, "none is no operation of a derived cell");
  for (const reduced of [spaces.s1(), spaces.s2(), spaces.s3(), spaces.s4()])
    assert.equal(reduced.size, (cells * 2 ** 8) ** 2, reduced.name);
});

test("S1 has two candidates on each edge, those of its table", () => {
  const s1 = spaces.s1();
  const on = (name: string) => {
    const { candidates } = s1.edges.find((edge) => edge.name === name)!;
    return candidates.map((o) => s1.operations[o]);
  };
  assert.deepEqual(on("normal 2<-0"), ["skip_connect", "dil_conv_3x3"]);
  assert.deepEqual(on("normal 5<-4"), ["dil_conv_3x3", "dil_conv_5x5"]);
  assert.deepEqual(on("reduce 3<-1"), ["max_pool_3x3", "avg_pool_3x3"]);
  assert.deepEqual(on("reduce 4<-1"), ["max_pool_3x3", "sep_conv_3x3"]);
  assert.ok(s1.edges.every(({ candidates }) => candidates.length === 2));
});

test("the networks have the papers' layers", () => {
  const shapes = (layers: ReturnType<typeof space.layers>) =>
    layers.map(({ output: { height, channels } }) => `${height}×${channels}`);
  const cifar = shapes(space.layers(space.finalSize));
  assert.equal(cifar.length, 22);
  assert.deepEqual(
    [0, 1, 6, 7, 13, 14, 20].map((k) => cifar[k]),
    ["32×108", "32×144", "32×144", "16×288", "16×288", "8×576", "8×576"],
  );
  const imageNet = spaces.dartsImageNet();
  const layers = imageNet.layers(imageNet.finalSize);
  const large = shapes(layers);
  assert.deepEqual(large.slice(0, 4), ["112×24", "56×48", "28×48", "28×192"]);
  assert.deepEqual(
    [7, 12, 16].map((k) => large[k]),
    ["14×384", "7×768", "7×768"],
  );
  assert.deepEqual(
    layers.filter(isCell)[0].inputs.map(({ height }) => height),
    [56, 28],
    "the first cell's first input is twice as large",
  );
});

test("architectures are printed with their edges in order, and parse to themselves", () => {
  const stream = new RandomStream(1);
  for (const each of [space, spaces.darts({ none: true }), spaces.dartsImageNet(), spaces.s1(), spaces.s4()]) {
    for (let k = 0; k < 20; k++) {
      const architecture = each.sample(stream);
      const parsed = each.parse(architecture.toString());
      assert.ok(parsed.equals(architecture));
      assert.equal(parsed.canonical, architecture.toString());
    }
  }
  const swapped = text.replace(`('${sep}', 0), ('${sep}', 1)`, `('${sep}', 1), ('${sep}', 0)`);
  assert.equal(space.parse(swapped).toString(), text);
});

const at = (word: string) => text.indexOf(word);
const refused: [text: string, character: number, expected: RegExp][] = [
  [text.replace(sep, "sep_conv_9x9"), at("('") + 1, /an operation of this edge, max_pool_3x3 or/],
  [text.replace(sep, "none"), at("('") + 1, /an operation of this edge/],
  [
    text.replace(`('${sep}', 1)`, `('${sep}', 2)`),
    at(`('${sep}', 1)`) + 1,
    /a gene of node 2, which takes in one of the nodes 0 to 1/,
  ],
  [
    text.replace(`('${sep}', 1)`, `('${sep}', 0)`),
    at(`('${sep}', 1)`) + 1,
    /another input of node 2, which takes in node 0/,
  ],
  [text.replace(`('${sep}', 0), `, ""), at("]") - `('${sep}', 0), `.length + 1, /8 genes, 2 for each of 4 nodes/],
  [text.replace("]", `, ('${sep}', 0)]`), at("]") + 3, /the end of the 8 genes/],
  [text.replace("range(2, 6)", "[3, 4, 5]"), at("range") + 1, /the nodes 2, 3, 4, 5/],
  [text.replace(`reduce=${cell}`, "reduce=None"), at("reduce=") + 11, /8 genes/],
];
for (const [wrong, character, expected] of refused) {
  test(`a genotype is refused at character ${character}: ${expected.source}`, () => {
    assertRefusedAt(space, wrong, character, expected);
  });
}
