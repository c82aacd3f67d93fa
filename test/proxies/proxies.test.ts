import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { RandomStream, useBackend } from "../../src/backend";
import { proxies } from "../../src/proxies";
import { spaces } from "../../src/spaces";

before(() => useBackend("native"));

const size = { channels: 4, cells: 1, image: [8, 8, 3] as [number, number, number], classes: 3 };
const stream = new RandomStream(0, "images");
const batch = {
  images: Float32Array.from({ length: 6 * 8 * 8 * 3 }, () => stream.normal()),
  labels: Int32Array.from([0, 1, 2, 0, 1, 2]),
};
const space = spaces.nasBench201();

test("an architecture that lets nothing through scores less than one of convolutions, the same each time, and nothing leaks", async () => {
  const tensors = tf.memory().numTensors;
  const of = (operation: number) =>
    proxies.grad_norm(space.architecture(new Array(6).fill(operation)), batch, { size });
  const [nothing, convolutions] = [await of(0), await of(3)];
  assert.ok(Number.isFinite(nothing) && nothing < convolutions, `${nothing}, ${convolutions}`);
  const score = (index: number) => proxies.grad_norm(space.at(index), batch, { size });
  assert.equal(await score(100), await score(100));
  assert.notEqual(await score(100), await score(101));
  assert.equal(tf.memory().numTensors, tensors);
});
