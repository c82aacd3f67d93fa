import assert from "node:assert/strict";
import { before, test } from "node:test";
import { tf, useBackend } from "../../src/backend";
import { DISPLAY, type MimeBundle } from "../../src/display/bundle";
import { tensorBundle } from "../../src/display/tensor";
import "../../src/display";
import { decodePng } from "./decode-png";

before(() => useBackend("cpu"));

test("a tensor shows itself, a variable too", async () => {
  const show = (value: tf.Tensor) => (value as unknown as Record<symbol, () => Promise<MimeBundle>>)[DISPLAY]!();
  assert.match(String((await show(tf.scalar(3)))["text/plain"]), /^float32 \[\], from 3 to 3\n/);
  assert.match(String((await show(tf.variable(tf.ones([2]))))["text/plain"]), /^float32 \[2\], from 1 to 1\n/);
});

test("a small matrix is a table with its range", async () => {
  const { "text/markdown": table, "text/plain": text } = await tensorBundle(
    tf.tensor2d([1, -2.123456, Number.NaN, 4], [2, 2]),
  );
  assert.equal(
    table,
    [
      "`float32 [2, 2], from -2.123 to 4, 1 of 4 not finite`",
      "",
      "|  | 0 | 1 |",
      "| ---: | ---: | ---: |",
      "| **0** | 1 | -2.123 |",
      "| **1** | NaN | 4 |",
    ].join("\n"),
  );
  assert.match(String(text), /not finite\n.*0.*1/s);
  assert.match(String((await tensorBundle(tf.tensor1d(["a|b"])))["text/markdown"]), /\*\*0\*\* \| a&#124;b \|/);
  assert.match(String((await tensorBundle(tf.tensor1d([true, false])))["text/plain"]), /true.*false/);
});

for (const { name, tensor, corner, words } of [
  {
    name: "of the range 0 … 1",
    tensor: () => tf.linspace(0, 1, 32 * 16).reshape([32, 16]),
    corner: 255,
    words: "black is 0, white is 1",
  },
  {
    name: "of bytes",
    tensor: () => tf.range(0, 256).reshape([16, 16, 1]),
    corner: 255,
    words: "black is 0, white is 255",
  },
  {
    name: "of any range",
    tensor: () => tf.linspace(-3, 5, 16 * 16 * 3).reshape([16, 16, 3]),
    corner: 255,
    words: "black is -3, white is 5",
  },
  { name: "of one value", tensor: () => tf.fill([20, 20], -7), corner: 0, words: "black is -7, white is -6" },
])
  test(`a larger matrix is an image: ${name}`, async () => {
    const { "image/png": png, "text/plain": text } = await tensorBundle(tensor() as tf.Tensor);
    assert.match(String(text), new RegExp(`${words}$`));
    const { width, height, pixels } = decodePng(Buffer.from(String(png), "base64"));
    assert.equal(height % tensor().shape[0]!, 0);
    assert.ok(width >= 96 && height >= 180, `${width} × ${height}`);
    assert.equal(pixels[0], 0);
    assert.equal(pixels.at(-2), corner);
  });

test("other tensors say type, shape and range alone", async () => {
  const text = async (tensor: tf.Tensor) => {
    const bundle = await tensorBundle(tensor);
    assert.deepEqual(Object.keys(bundle), ["text/plain"]);
    return bundle["text/plain"];
  };
  assert.equal(await text(tf.ones([2, 3, 4, 5])), "float32 [2, 3, 4, 5], from 1 to 1");
  assert.equal(await text(tf.zeros([600, 20])), "float32 [600, 20], from 0 to 0");
  assert.equal(await text(tf.zeros([0, 3])), "float32 [0, 3]");
  assert.equal(await text(tf.complex([1], [2])), "complex64 [1]");
  assert.equal(await text(tf.fill([20, 20], Number.NaN)), "float32 [20, 20], 400 of 400 not finite");
  const gone = tf.ones([3]);
  gone.dispose();
  assert.equal(await text(gone), "float32 [3], disposed");
});
