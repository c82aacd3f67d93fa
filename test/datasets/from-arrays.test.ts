import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { datasets } from "../../src/datasets";
import { UserError } from "../../src/errors";

const bytes = Uint8Array.from({ length: 3 * 2 * 2 * 3 }, (_, i) => 7 * i);

test("fromArrays takes arrays of whole numbers, with the training images' own moments", () => {
  const data = datasets.fromArrays({
    train: { images: bytes, labels: [2, 0, 1] },
    test: { images: bytes.subarray(12, 24), labels: [1] },
    shape: [2, 2, 3],
    name: "mine",
  });
  assert.equal(String(data), "mine: 3 training images, 1 test images, 2×2×3, 3 classes");
  assert.deepEqual([data.train.pixels, [...data.train.labels], data.classes], [bytes, [2, 0, 1], ["0", "1", "2"]]);
  assert.deepEqual(data.test?.pixels, bytes.subarray(12, 24));
  for (let c = 0; c < 3; c++) {
    const values = [...bytes].filter((_, i) => i % 3 === c).map((byte) => byte / 255);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    assert.ok(Math.abs(data.mean[c] - mean) < 1e-12 && Math.abs(data.std[c] - Math.sqrt(variance)) < 1e-12);
  }
  bytes[0] = 99;
  assert.equal(data.train.pixels[0], 0, "the arrays are copied");
  bytes[0] = 0;
  const own = datasets.fromArrays({
    ...{ train: { images: bytes, labels: [0, 1, 0] }, shape: [2, 2, 3], classes: ["cat", "dog", "bird"] },
    ...{ mean: [0, 0, 0], std: [1, 1, 2], augmentation: { padding: 1, cutout: 2 } },
  });
  assert.deepEqual([own.classes.length, own.std[2], own.test], [3, 2, null]);
  assert.deepEqual(own.augmentation, { crop: "padded", padding: 1, cutout: 2 });
});

test("fromArrays takes tensors: fractions in float32, bytes in int32, and many classes", () => {
  const fractions = tf.tensor4d([0, 0.5, 1, 0.25], [2, 1, 2, 1]);
  const data = datasets.fromArrays({ train: { images: fractions, labels: tf.tensor1d([0, 299], "int32") } });
  assert.deepEqual(
    [[...data.train.pixels], [...data.train.labels]],
    [
      [0, 128, 255, 64],
      [0, 299],
    ],
  );
  assert.deepEqual([data.shape, data.classes.length], [[1, 2, 1], 300]);
  const whole = tf.tensor4d([0, 17, 255, 64], [1, 2, 2, 1], "int32");
  assert.deepEqual([...datasets.fromArrays({ train: { images: whole, labels: [0] } }).train.pixels], [0, 17, 255, 64]);
  assert.deepEqual([...data.batch([1], null).labels], [299]);
  const even = datasets.fromArrays({ train: { images: [9, 9], labels: [0] }, shape: [1, 2, 1] });
  assert.deepEqual([even.std, [...even.batch([0], null).images]], [[1], [0, 0]]);
});

suite("fromArrays refuses", () => {
  const [labels, shape] = [[0, 1, 0], [2, 2, 3] as const];
  const cases: [name: string, options: Parameters<typeof datasets.fromArrays>[0], message: RegExp][] = [
    ["no shape", { train: { images: bytes, labels } }, /give the shape of an image/],
    ["a flat shape", { train: { images: bytes, labels }, shape: [6, 6, 2] }, /shape \[6,6,2\] is not that of an image/],
    ["half an image", { train: { images: bytes.subarray(1), labels }, shape }, /train\.images has 35 numbers/],
    ["two labels", { train: { images: bytes, labels: [0, 1] }, shape }, /train has 3 images \[2,2,3\] and 2 labels/],
    ["half a label", { train: { images: bytes, labels: [0, 0.5, 1] }, shape }, /train\.labels\[1\] is 0\.5/],
    ["a label of no class", { train: { images: bytes, labels }, shape, classes: ["a"] }, /labels\[1\] is 1; .* 0 to 0/],
    ["a huge label", { train: { images: bytes, labels: [0, 1, 1e9] }, shape }, /label 1000000000 is too large/],
    ["no images", { train: { images: [], labels: [] }, shape }, /train has no images/],
    ["a half byte", { train: { images: [0.5], labels: [0] }, shape: [1, 1, 1] }, /holds 0\.5 at 0; give whole numbers/],
    [
      "a byte in float32",
      { train: { images: tf.tensor4d([17], [1, 1, 1, 1]), labels: [0] } },
      /holds 17 at 0; .* 0 to 1/,
    ],
    ["not a number", { train: { images: Float64Array.of(Number.NaN), labels: [0] }, shape: [1, 1, 1] }, /holds NaN/],
    ["a mean too few", { train: { images: bytes, labels }, shape, mean: [0, 0] }, /mean \[0,0\] does not fit/],
    ["a deviation of 0", { train: { images: bytes, labels }, shape, std: [1, 0, 1] }, /std \[1,0,1\] does not fit/],
    [
      "a test of another shape",
      { train: { images: bytes, labels }, shape, test: { images: tf.zeros([1, 3, 2, 2]), labels: [0] } },
      /test\.images has 12 numbers, not a whole number of images \[2,2,3\]/,
    ],
  ];
  for (const [name, options, message] of cases) {
    test(name, () => {
      assert.throws(
        () => datasets.fromArrays(options),
        (error) => error instanceof UserError && message.test(error.message),
      );
    });
  }
});
