import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend";
import type { Gaussian } from "../../src/distributions";
import { completeSettings, methods, type Passes } from "../../src/methods";
import { choices, moment, problem } from "./bilevel";

/** Two images with opposite gradients, so that the batch has none. */
const disagreeing: Passes = {
  ...problem(),
  gradient: () => ({ loss: 1, dTheta: new Float64Array(6) }),
  byImage: () => ({ loss: 1, dTheta: [1, -1].map((sign) => Float64Array.from([1, 2, 3, 3, 2, 1], (x) => sign * x)) }),
};

/** The logits' deviations after a step from 1. */
function deviations(variant: "vprop" | "vogn"): number[] {
  const { settings } = methods.balenas;
  const architecture = { update: { variant }, objective: { byImage: variant === "vogn" } };
  const complete = completeSettings(settings, { architecture }).architecture;
  const learner = methods.balenas.learner(choices, complete, new RandomStream(0, "initial"));
  learner.learn(disagreeing, new RandomStream(0, "draw"), moment);
  return learner.distribution(moment).rows.flatMap((row) => Array.from((row as Gaussian).deviation));
}

test("VOGN differs from Vprop: images that disagree make it more certain, where their mean gradient tells nothing", () => {
  assert.ok(deviations("vprop").every((deviation) => deviation === 1));
  assert.ok(deviations("vogn").every((deviation) => deviation < 0.9999));
});
