import assert from "node:assert/strict";
import { test } from "node:test";
import { expandShorthand } from "../../src/kernel/shorthand";

const cases: [source: string, expanded: string][] = [
  ["f({ a, b: 1 })", "f({ a: a, b: 1 })"],
  ["({ a } = b)", "({ a: a } = b)"],
  ["({ a = 1 } = b)", "({ a: a = 1 } = b)"],
  ["const { a } = b;", "const { a } = b;"], // a declaration is no use of a name
  ["const f = ({ a }) => ({\n  a, // yes\n});", "const f = ({ a }) => ({\n  a: a, // yes\n});"],
  ["'{ a }'", "'{ a }'"],
  ["x + (", "x + ("], // broken code is the converter's to judge
];
for (const [source, expanded] of cases) {
  test(`${source} becomes ${expanded}`, () => assert.equal(expandShorthand(source).text, expanded));
}
