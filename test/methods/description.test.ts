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
const elsewhere = { spaces: ["darts", "nasbench101"] };
const refused = (run: () => unknown, message: RegExp) =>
  assert.throws(run, (error) => error instanceof UserError && message.test(error.message));

test("a method is refused on a space that it does not work on, before anything is trained or asked", async () => {
  const data = (await datasets.fashionMnist()).take({ train: 96, test: 0 });
  const message = /^the method \S+ does not work on nasbench201, but on darts and nasbench101$/;
  refused(() => new SearchRun({ ...methods.darts, ...elsewhere }, space, data), message);
  const evolution = { ...tabularMethods.evolution, ...elsewhere };
  refused(() => evolution.search(space, () => assert.fail(), 1, {}, new RandomStream(0)), message);
});

test("a name that no method has is said to be none", async () => {
  const data = (await datasets.fashionMnist()).take({ train: 96, test: 0 });
  const message = /^there is no method of this name; `methods` shows all/;
  refused(() => new SearchRun(methods.drnsa, space, data), message);
  refused(() => simulate(benchmarks.nasBench201(), tabularMethods.evolutoin), message);
});
