// What holds for every method that asks for accuracies one by one.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { RandomStream } from "../../../src/backend";
import { UserError } from "../../../src/errors";
import { tabularMethods } from "../../../src/methods";
import { type Architecture, spaces } from "../../../src/spaces";

const space = spaces.nasBench201();

/** How many edges carry 3x3 convolutions, in percent: a problem without local optima. */
const convolutions = ({ operations }: Architecture) => (100 * operations.filter((o) => o === 3).length) / 6;

/** Whether the first two edges carry 3x3 convolutions, in percent: one architecture of 25 has both. */
const firstTwo = ({ operations }: Architecture) => 50 * operations.slice(0, 2).filter((o) => o === 3).length;

/** A budget in which each method finds the optimum of `convolutions`; random search only of the easier problem. */
const budgets: Record<string, { budget: number; settings?: object; evaluate: (architecture: Architecture) => number }> =
  {
    random: { budget: 300, evaluate: firstTwo },
    evolution: { budget: 500, settings: { population: 20, tournament: 10 }, evaluate: convolutions },
    reinforce: { budget: 1000, settings: { learningRate: 0.05 }, evaluate: convolutions },
    smbo: { budget: 100, evaluate: convolutions },
    "local-search": { budget: 170, evaluate: convolutions }, // at most 6 steps of 24 neighbours and a start
  };

for (const method of Object.values(tabularMethods)) {
  suite(method.name, () => {
    const { budget, settings, evaluate } = budgets[method.name];
    const search = (seed: number, evaluations = budget, given: object | undefined = settings) =>
      method.search(space, evaluate, evaluations, given, new RandomStream(seed, "test"));

    test("finds the optimum of an easy problem", () => {
      for (const seed of [0, 1, 2]) assert.equal(search(seed).best.accuracy, 100, `seed ${seed}`);
    });

    test("asks as often as the budget allows, and the best is the first of its most accurate answers", () => {
      for (const evaluations of [1, 37]) {
        const asked: Architecture[] = [];
        const count = (architecture: Architecture) => {
          asked.push(architecture);
          return evaluate(architecture);
        };
        const result = method.search(space, count, evaluations, settings, new RandomStream(5, "test"));
        assert.equal(asked.length, evaluations);
        assert.deepEqual(
          result.evaluations.map(({ architecture }) => architecture),
          asked,
        );
        const accuracies = result.evaluations.map(({ accuracy }) => accuracy);
        assert.equal(result.best, result.evaluations[accuracies.indexOf(Math.max(...accuracies))]);
      }
    });

    test("is determined by the stream", () => {
      const way = (seed: number) => search(seed, 60).evaluations.map(({ architecture }) => String(architecture));
      assert.deepEqual(way(3), way(3));
      assert.notDeepEqual(way(3), way(4));
    });

    test("refuses settings, budgets and accuracies that make no sense", () => {
      assert.throws(() => search(0, 10, { nope: 1 }), {
        name: "UserError",
        message: /^settings: unknown name "nope"; /,
      });
      assert.throws(() => search(0, 0), UserError);
      assert.throws(() => search(0, 1.5), UserError);
      assert.throws(
        () => method.search(space, () => Number.NaN, 10, settings, new RandomStream(0)),
        /the accuracy of \|.* must be a finite number, got NaN/,
      );
    });
  });
}
