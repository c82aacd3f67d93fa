import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend";
import { benchmarks, simulate } from "../../src/benchmarks";
import { datasets } from "../../src/datasets";
import { UserError } from "../../src/errors";
import { methods, tabularMethods } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { SearchRun } from "../../src/trainer";

const space = spaces.nasBench201();
const refused = (run: () => unknown, message: RegExp) =>
  assert.throws(run, (error) => error instanceof UserError && message.test(error.message));

test("a method is refused on a space that it does not work on, before anything is asked", () => {
  const search = () => tabularMethods.reinforce.search(spaces.darts(), () => assert.fail(), 1, {}, new RandomStream(0));
  refused(search, /^the method reinforce does not work on darts: .* some edges are left out/);
});

test("a name that no method has is said to be none", async () => {
  const data = (await datasets.fashionMnist()).take({ train: 96, test: 0 });
  const message = /^there is no method of this name; `methods` shows all/;
  refused(() => new SearchRun(methods.drnsa, space, data), message);
  refused(() => simulate(benchmarks.nasBench201(), tabularMethods.evolutoin), message);
});
