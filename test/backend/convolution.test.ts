import assert from "node:assert/strict";
import { before, test } from "node:test";
import { conv2d, RandomStream, tf, useBackend } from "../../src/backend";

before(() => useBackend("native"));

test("a 1×1 filter at stride 2 on a large map of few channels has its gradient, and nothing is written beside it", () => {
  const stream = new RandomStream(0);
  const random = (shape: [number, number, number, number]) =>
    tf.tensor4d(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => stream.below(9) - 4), // whole: sums are exact
      shape,
    );
  const [x, filter, dy] = [random([2, 64, 64, 4]), random([1, 1, 4, 2]), random([2, 32, 32, 2])];
  const pixels = tf.tidy(() => {
    const rows = tf.slice(tf.reshape(x, [2, 32, 2 * 64, 4]), [0, 0, 0, 0], [-1, -1, 64, -1]);
    return tf.reshape(tf.slice(tf.reshape(rows, [2, 32, 32, 8]), [0, 0, 0, 0], [-1, -1, -1, 4]), [-1, 4]);
  });
  const expected = tf.matMul(pixels as tf.Tensor2D, tf.reshape(dy, [-1, 2]), true).dataSync();
  for (let k = 0; k < 20; k++) {
    // TensorFlow's own gradient at this stride ends the process here, sooner or later
    const gradient = tf.tidy(() =>
      tf
        .grad((filter) => tf.sum(tf.mul(conv2d(x, filter as tf.Tensor4D, 2), dy)))(filter)
        .dataSync(),
    );
    assert.deepEqual(gradient, expected);
  }
});
