import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { conv2d, rowGradients, useBackend } from "../../src/backend";

for (const backend of ["native", "wasm"] as const)
  test(`row gradients are those of each row by itself, on ${backend}`, async () => {
    await useBackend(backend);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const x = tf.tensor4d(
        Array.from({ length: 2 * 4 * 4 * 16 }, (_, k) => Math.sin(k)),
        [2, 4, 4, 16],
      );
      const filter = tf.tensor4d(
        Array.from({ length: 9 * 16 * 16 }, (_, k) => Math.cos(k)),
        [3, 3, 16, 16],
      );
      const unused = tf.scalar(1);
      let passes = 0;
      const f = () => {
        passes++;
        return tf.sum(tf.relu(conv2d(tf.relu(x), filter, 1)), [1, 2, 3]) as tf.Tensor1D;
      };
      const rows = rowGradients(f, [filter, unused], ([own, none]) => {
        assert.equal(none, null);
        return tf.mul(own!, 2);
      });
      assert.equal(passes, 1);
      assert.equal(rows.length, 2);
      rows.forEach((row, k) => {
        const { grads } = tf.engine().gradients(() => tf.slice(f(), k, 1), [filter]);
        const [difference, scale] = [tf.sub(row, tf.mul(grads[0], 2)), grads[0]].map(
          (t) => tf.max(tf.abs(t)).dataSync()[0],
        );
        assert.ok(scale > 1 && difference < 1e-5 * scale, `${difference} of ${scale}`);
      });
    });
    assert.equal(tf.memory().numTensors, before);
  });
