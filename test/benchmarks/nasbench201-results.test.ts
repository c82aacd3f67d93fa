import assert from "node:assert/strict";
import { test } from "node:test";
import { trainingsOf } from "../../src/benchmarks/nasbench201-results";

const read = (arch_str: unknown, all_results: unknown) =>
  new Map([["12", new Map(Object.entries({ arch_str, all_results }))]]);

test("lists that share lists are not printed", () => {
  const nested = Array.from({ length: 60 }).reduce((inner) => [inner, inner], []);
  assert.throws(
    () => trainingsOf(read(nested, null), "a", 12),
    /^RangeError: the results of something else in place of a$/,
  );
});

test("more trainings than any architecture has are refused before they are read", () => {
  const all = new Map(Array.from({ length: 65 }, (_, seed): [unknown, null] => [["cifar10", seed], null]));
  assert.throws(() => trainingsOf(read("a", all), "a", 12), { name: "RangeError", message: "65 trainings" });
});
