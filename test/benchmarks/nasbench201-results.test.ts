import assert from "node:assert/strict";
import { test } from "node:test";
import { trainingsOf } from "../../src/benchmarks/nasbench201-results";

const read = (arch_str: unknown, all_results: unknown) =>
  new Map([["12", new Map(Object.entries({ arch_str, all_results }))]]);

test("more trainings than any architecture has are refused before they are read", () => {
  const all = new Map(Array.from({ length: 65 }, (_, seed) => [["cifar10", seed], null]));
  assert.throws(() => trainingsOf(read("a", all), "a", 12), { name: "RangeError", message: "65 trainings" });
});
