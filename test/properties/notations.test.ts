// Readers of notations: of any text they make an architecture, which they print and read again, or a UserError.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { RandomStream } from "../../src/backend/random";
import { type SearchSpace, spaces, spacesByName } from "../../src/spaces";
import { parseGenotype, printGenotype } from "../../src/spaces/genotype";
import { edgeSpace } from "../bad-input/notations";
import { holds, mutated, orRefused } from "./runs";

const valid = (space: SearchSpace) => fc.nat(1e6).map((seed) => space.sample(new RandomStream(seed)).toString());

/** Words of a notation in any order. */
const shuffled = (space: SearchSpace) =>
  fc
    .array(
      fc.constantFrom(...valueWords(space), "(", ")", "[", "]", ",", "|", "+", "~", " ", "'", "=", "0", "1", "7"),
      { maxLength: 60 },
    )
    .map((words) => words.join(""));

const valueWords = (space: SearchSpace) => [
  ...space.operations,
  ...space.edges.map(({ name }) => name),
  ...[
    "Genotype",
    "normal",
    "reduce",
    "normal_concat",
    "range",
    "None",
    "ModelSpec",
    "matrix",
    "ops",
    "input",
    "output",
  ],
];

for (const space of [...Object.values(spacesByName), spaces.darts({ none: true }), edgeSpace]) {
  suite(space.name, () => {
    const readsOrRefuses = (text: string) => {
      const read = orRefused(() => space.parse(text));
      if (read) assert.ok(space.parse(read.toString()).equals(read));
    };
    test("what it prints", () =>
      holds(valid(space), (text) => assert.equal(space.parse(text).toString(), text), { runs: 50 }));
    test("what it prints, changed", () => holds(mutated(valid(space)), readsOrRefuses));
    test("its words in any order", () => holds(shuffled(space), readsOrRefuses, { runs: 50 }));
    test("any text", () => holds(fc.string({ maxLength: 200, unit: "binary" }), readsOrRefuses, { runs: 50 }));
    test("a long text", () =>
      holds(
        fc.tuple(valid(space), fc.constantFrom(0, 1, 2)),
        ([text, kind]) => readsOrRefuses([text, text[0] ?? "(", " "][kind].repeat(20_000)),
        { runs: 3 },
      ));
  });
}

test("a genotype of any space", () =>
  holds(mutated(valid(spaces.darts())), (text) => {
    const read = orRefused(() => parseGenotype(text));
    if (read) assert.deepEqual(parseGenotype(printGenotype(read)), read);
  }));
