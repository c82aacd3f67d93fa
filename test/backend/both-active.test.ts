import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { at, bothActive, useBackend } from "../../src/backend";

for (const backend of ["native", "wasm"] as const)
  test(`units that are active in both, on ${backend}`, async () => {
    await useBackend(backend);
    const before = tf.memory().numTensors;
    const found = tf.tidy(() => {
      const outputs = tf.tensor4d([0, 2, 3, 0.5, 0, 1, 0, 4, 0, 0, 0, 0], [3, 2, 2, 1]);
      return bothActive(outputs).arraySync();
    });
    assert.deepEqual(found, [
      [3, 2, 0],
      [2, 2, 0],
      [0, 0, 0],
    ]);
    const slope = tf.tidy(() => {
      const f = (x: tf.Tensor) => {
        const y = tf.relu(x);
        bothActive(y); // on the way, without effect on the gradient
        return tf.sum(tf.mul(y, 3));
      };
      return tf
        .grad(f)(tf.tensor2d([[-1, 2]]))
        .arraySync();
    });
    assert.deepEqual(slope, [[0, 3]]);
    assert.equal(tf.memory().numTensors, before);
  });

test("variables hold other values for a while, whatever comes", async () => {
  await useBackend("native");
  const before = tf.memory().numTensors;
  const variables = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
  const sum = () => tf.tidy(() => tf.addN(variables).dataSync()[0]);
  tf.tidy(() => {
    assert.equal(
      at(variables, [tf.scalar(5), null], () => sum()),
      7,
    );
    const fails = () => {
      throw new Error("so it does");
    };
    assert.throws(() => at(variables, [tf.scalar(5), null], fails), /so it does/);
  });
  assert.equal(sum(), 3);
  tf.dispose(variables);
  assert.equal(tf.memory().numTensors, before + 2); // what tf.scalar made for them
});
