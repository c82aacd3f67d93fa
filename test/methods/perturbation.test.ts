import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend";
import { completeSettings, methods, type Passes } from "../../src/methods";
import { choices, moment, problem } from "./bilevel";

/** Every offset is -ε, up to rounding. */
class Lowest extends RandomStream {
  override split(): RandomStream {
    return this;
  }

  override uniform(): number {
    return Number.MIN_VALUE;
  }
}

test("an edge of which a perturbation would leave nothing keeps its largest operation", () => {
  const method = methods["sdarts-rs"];
  const architecture = { perturbation: { radius: [0.9, 0.9] } };
  const settings = completeSettings(method.settings, { architecture }).architecture;
  const learner = method.learner(choices, settings, new RandomStream(0));
  learner.restore({ ...learner.state(), parameters: Float64Array.from([0, 0, 1, 0, 1, 0]) });
  // θ is (0.21, 0.21, 0.58) and (0.21, 0.58, 0.21), less 0.9.
  const [{ draw }] = learner.weightDraws(problem(), new Lowest(0), moment);
  assert.deepEqual(
    draw.theta.map((row) => Array.from(row, Math.fround)),
    [
      [0, 0, 1],
      [0, 1, 0],
    ],
  );
});

test("the adversary leaves θ as it is where its ascent found no greater loss", () => {
  const method = methods["sdarts-adv"];
  const learner = method.learner(choices, completeSettings(method.settings).architecture, new RandomStream(0));
  const honest = problem();
  const misled: Passes = {
    ...honest,
    gradient(...asked) {
      const { loss, dTheta } = honest.gradient(...asked);
      return { loss, dTheta: Array.from(dTheta, (d) => -d) };
    },
  };
  const theta = (passes: Passes) => learner.weightDraws(passes, new RandomStream(0), moment)[0].draw.theta;
  assert.deepEqual(theta(misled), learner.distribution(moment).mean());
  assert.notDeepEqual(theta(honest), learner.distribution(moment).mean());
});
