import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "../src/nearest";

const names = ["drnas", "random", "evolution", "reinforce", "smbo", "local-search"];

const meant: [text: string, name: string | null][] = [
  ["evoluton", "evolution"],
  ["evo", "evolution"],
  ["DrNAS", "drnas"],
  ["ramdon", "random"],
  ["localsearch", "local-search"],
  ["xy", null],
  ["", null],
];
for (const [text, name] of meant) {
  test(`"${text}" may mean ${name}`, () => assert.equal(nearest(text, names), name));
}

test("of no names none is the nearest", () => assert.equal(nearest("a", []), null));
