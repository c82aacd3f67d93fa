import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { RandomStream } from "../../src/backend";
import { completeSettings, type Judge, methods, type SettingsInput } from "../../src/methods";
import { choices, moment } from "./bilevel";

const unasked = {} as Judge;

/** What DrNAS with this read-out takes at these η. */
function read(eta: readonly number[], readOut: NonNullable<SettingsInput["architecture"]>["readOut"]) {
  const settings = completeSettings(methods.drnas.settings, { architecture: { readOut } }).architecture;
  const learner = methods.drnas.learner(choices, settings, new RandomStream(0));
  learner.restore({ ...learner.state(), parameters: Float64Array.from(eta) });
  return learner.derive(unasked, new RandomStream(0), moment);
}

suite("DrNAS's two read-outs", () => {
  // β = ELU(η) + 1 is (0.05, 1, 0.05) and (2, 6, 2.1): the skip connections' means are 0.91 and 0.59, their softmaxes 0.91 and 0.96.
  const eta = [-3, 0, -3, 1, 5, 1.1];

  test("agree on each edge", async () => {
    for (const by of ["mean", "softmax"]) assert.deepEqual(await read(eta, { kind: "argmax", by }), [[1], [1]]);
  });

  test("may differ across edges: of two skip connections each lets another one stay", async () => {
    const one = { kind: "limited-skips", skips: 1 };
    assert.deepEqual(await read(eta, { ...one, by: "mean" }), [[1], [2]]);
    assert.deepEqual(await read(eta, { ...one, by: "softmax" }), [[0], [1]]);
    assert.deepEqual(await read(eta, one), [[1], [2]]);
  });
});

test("a softmax of what are no logits is refused", () => {
  assert.throws(
    () => completeSettings(methods.bayesnas.settings, { architecture: { readOut: { kind: "argmax", by: "softmax" } } }),
    /settings\.architecture\.readOut: "argmax" takes a softmax of logits, and "switches" are none; take it by: "mean"/,
  );
});
