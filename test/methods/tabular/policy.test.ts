import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../../src/backend";
import { Policy } from "../../../src/methods/tabular/policy";

const policy = new Policy(3, 4, new RandomStream(0, "policy"));
policy.logits.set([0, 1, -2, 0.5, 3, 3, 3, 3, -700, 0, 700, 1]);

const logProbability = (draw: readonly number[]) =>
  policy.probabilities().reduce((sum, row, e) => sum + Math.log(row[draw[e]]), 0);

test("probabilities are a softmax by edge, of any logits", () => {
  const rows = policy.probabilities();
  for (const row of rows) assert.ok(Math.abs(row.reduce((a, b) => a + b) - 1) < 1e-12);
  assert.deepEqual(Array.from(rows[1]), [0.25, 0.25, 0.25, 0.25]);
  assert.ok(Math.abs(rows[0][1] / rows[0][0] - Math.E) < 1e-12);
  assert.equal(rows[2][2], 1);
});

test("the gradient of a draw's log probability is its slope", () => {
  const draw = [3, 0, 2];
  const gradient = policy.logGradient(draw);
  policy.logits.forEach((logit, k) => {
    const at = (value: number) => {
      policy.logits[k] = value;
      return logProbability(draw);
    };
    const slope = (at(logit + 1e-5) - at(logit - 1e-5)) / 2e-5;
    policy.logits[k] = logit;
    assert.ok(Math.abs(slope - gradient[k]) < 1e-8, `logit ${k}: ${slope}, ${gradient[k]}`);
  });
});

test("draws have these probabilities", () => {
  const stream = new RandomStream(1, "draws");
  const counts = new Float64Array(4);
  for (let k = 0; k < 20_000; k++) counts[policy.sample(stream)[0]]++;
  policy.probabilities()[0].forEach((p, o) => {
    assert.ok(Math.abs(counts[o] / 20_000 - p) < 5 * Math.sqrt((p * (1 - p)) / 20_000), `operation ${o}`);
  });
});
