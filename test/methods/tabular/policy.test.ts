import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../../src/backend";
import { softmax } from "../../../src/distributions";
import { Policy } from "../../../src/methods/tabular/policy";
import type { Edge, Picks } from "../../../src/spaces";

const edge = (candidates: readonly number[], picks: number): Edge => ({
  name: "",
  cell: "",
  from: 0,
  to: 1,
  candidates,
  picks,
  carries: true,
});
const four = [0, 1, 2, 3];
const policy = new Policy([edge(four, 1), edge([4, 5, 7], 2), edge(four, 1)], new RandomStream(0, "policy"));
policy.logits.set([0, 1, -2, 0.5, 3, 2, 1, -700, 0, 700, 1]);

/** By hand: the second edge takes one of its three, and then one of the other two. */
const logProbability = ([[a], [first, second], [b]]: Picks) => {
  const place = (operation: number) => [4, 5, 7].indexOf(operation);
  const logits = policy.logits.subarray(4, 7);
  const left = [0, 1, 2].filter((o) => o !== place(first));
  return [
    softmax(policy.logits.subarray(0, 4))[a],
    softmax(logits)[place(first)],
    softmax(left.map((o) => logits[o]))[left.indexOf(place(second))],
    softmax(policy.logits.subarray(7))[b],
  ].reduce((sum, p) => sum + Math.log(p), 0);
};

test("the gradient of a draw's log probability is its slope", () => {
  for (const draw of [
    [[3], [4, 7], [2]],
    [[0], [7, 5], [2]],
  ]) {
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
  }
});

test("draws have these probabilities, and none is drawn twice", () => {
  const stream = new RandomStream(1, "draws");
  const draws = 20_000;
  const counts = new Map<string, number>();
  for (let k = 0; k < draws; k++) {
    const drawn = policy.sample(stream);
    assert.deepEqual(drawn[2], [2]);
    for (const key of [`first ${drawn[0]}`, `second ${drawn[1]}`]) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const near = (key: string, p: number) =>
    assert.ok(Math.abs((counts.get(key) ?? 0) / draws - p) < 5 * Math.sqrt((p * (1 - p)) / draws), key);
  softmax(policy.logits.subarray(0, 4)).forEach((p, o) => {
    near(`first ${o}`, p);
  });
  for (const first of [4, 5, 7])
    for (const second of [4, 5, 7].filter((other) => other !== first))
      near(
        `second ${first},${second}`,
        Math.exp(logProbability([[0], [first, second], [2]]) - Math.log(softmax([0, 1, -2, 0.5])[0])),
      );
});
