import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { RandomStream, useBackend } from "../../src/backend";
import { gradNorm } from "../../src/proxies";
import { designOf, spaces } from "../../src/spaces";

before(() => useBackend("native"));

const size = { channels: 4, cells: 1, image: [8, 8, 3] as [number, number, number], classes: 3 };
const stream = new RandomStream(0, "images");
const batch = {
  images: Float32Array.from({ length: 6 * 8 * 8 * 3 }, () => stream.normal()),
  labels: Int32Array.from([0, 1, 2, 0, 1, 2]),
};
const score = (index: number) =>
  gradNorm(designOf(spaces.nasBench201().at(index)), size, batch, new RandomStream(0, "weights"));

test("an architecture that lets nothing through scores less than one of convolutions, the same each time, and nothing leaks", () => {
  const tensors = tf.memory().numTensors;
  const space = spaces.nasBench201();
  const of = (operation: number) =>
    gradNorm(designOf(space.architecture(new Array(6).fill(operation))), size, batch, new RandomStream(0, "weights"));
  const [nothing, convolutions] = [of(0), of(3)];
  assert.ok(Number.isFinite(nothing) && nothing < convolutions, `${nothing}, ${convolutions}`);
  assert.equal(score(100), score(100));
  assert.notEqual(score(100), score(101));
  assert.equal(tf.memory().numTensors, tensors);
});
