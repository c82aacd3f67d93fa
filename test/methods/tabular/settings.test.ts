import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../src/errors";
import { tabularMethods } from "../../../src/methods";

test("the defaults", () => {
  const defaults = Object.values(tabularMethods).map((method) => [method.name, method.settings()]);
  assert.deepEqual(Object.fromEntries(defaults), {
    random: {},
    evolution: { population: 10, tournament: 3 },
    reinforce: { learningRate: 0.001, momentum: 0.9 },
    smbo: { initial: 20, beam: 5, candidates: 100, penalty: 1 },
    "local-search": { step: "best" },
  });
});

const refused: [method: string, input: object, message: RegExp][] = [
  ["random", { population: 3 }, /^settings: unknown name "population"; there are no settings$/],
  ["evolution", { size: 3 }, /^settings: unknown name "size"; the names are population, tournament$/],
  ["evolution", { population: 0 }, /^settings\.population: 0 does not fit/],
  ["evolution", { tournament: 1.5 }, /^settings\.tournament: 1\.5 does not fit/],
  ["reinforce", { learningRate: -1 }, /^settings\.learningRate: -1 does not fit/],
  ["reinforce", { momentum: 1 }, /^settings\.momentum: 1 does not fit/],
  ["smbo", { penalty: 0 }, /^settings\.penalty: 0 does not fit/],
  ["smbo", { beam: "many" }, /^settings\.beam: "many" does not fit/],
  ["local-search", { step: "worst" }, /^settings\.step: "worst" does not fit.*"best"\|"first"/],
];
for (const [method, input, message] of refused) {
  test(`${method} refuses ${JSON.stringify(input)} in one line that names it`, () => {
    assert.throws(
      () => tabularMethods[method].settings(input),
      (error) => error instanceof UserError && message.test(error.message) && !error.message.includes("\n"),
    );
  });
}
