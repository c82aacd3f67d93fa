import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../src/errors";
import { parseGenotype, printGenotype } from "../../src/spaces/genotype";

// Python's str() of the named tuple that DARTS's `genotype()` gives
const printed =
  "Genotype(normal=[('sep_conv_3x3', 0), ('skip_connect', 1)], normal_concat=range(2, 6), reduce=[('max_pool_3x3', 0), ('dil_conv_5x5', 2)], reduce_concat=[2, 4, 5])";
const genotype = {
  normal: {
    genes: [
      ["sep_conv_3x3", 0],
      ["skip_connect", 1],
    ],
    concat: [2, 3, 4, 5],
  },
  reduce: {
    genes: [
      ["max_pool_3x3", 0],
      ["dil_conv_5x5", 2],
    ],
    concat: [2, 4, 5],
  },
} as const;

test("a genotype is printed and read as Python has it", () => {
  assert.equal(printGenotype(genotype), printed);
  assert.deepEqual(parseGenotype(printed), genotype);
});

test("it is read as people write it: lines, other quotes, lists for ranges, commas at the end", () => {
  const written = printed
    .replaceAll("'", '"')
    .replaceAll(", ", ",\n  ")
    .replaceAll("=", " = ")
    .replace("range(2,\n  6)", "[2, 3, 4, 5,]")
    .replace(/\)$/, ",\n)\n");
  assert.deepEqual(parseGenotype(written), genotype);
});

test("a fixed cell is None", () => {
  const fixed = { normal: genotype.normal, reduce: { genes: null, concat: [2, 3] } };
  assert.match(printGenotype(fixed), /reduce=None, reduce_concat=range\(2, 4\)\)$/);
  assert.deepEqual(parseGenotype(printGenotype(fixed)), fixed);
});

const malformed: [text: string, character: number, expected: string][] = [
  ["", 1, '"Genotype"'],
  [printed.replace("normal=", "norm="), 10, '"normal"'],
  [printed.replace("'sep_conv_3x3', 0", "sep_conv_3x3, 0"), 19, '"\'"'],
  [printed.replace("'sep_conv_3x3', 0", "'sep_conv_3x3', x"), 35, "a number"],
  [printed.replace("range(2, 6)", "range(2, 1000)"), 84, "a range of less than a hundred nodes"],
  [`${printed}.`, printed.length + 1, "the end"],
];
for (const [text, character, expected] of malformed) {
  test(`"${text.slice(0, 40)}…" is refused at character ${character}`, () => {
    assert.throws(
      () => parseGenotype(text),
      (error) =>
        error instanceof UserError && error.message.includes(`expected ${expected} at character ${character}\n`),
      text,
    );
  });
}
