import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { datasets } from "../../src/datasets";

test("fashionMnist gives the package's 70,000 images, balanced", async () => {
  const data = await datasets.fashionMnist();
  assert.equal(String(data), "Fashion-MNIST: 60,000 training images, 10,000 test images, 28×28×1, 10 classes");
  assert.deepEqual([...data.train.labels.subarray(0, 12)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
  assert.equal(data.classes[9], "Ankle boot");

  let [sum, squares] = [0, 0];
  for (const byte of data.train.pixels) {
    sum += byte;
    squares += byte * byte;
  }
  const mean = sum / data.train.pixels.length;
  assert.ok(Math.abs(mean / 255 - data.mean[0]) < 1e-8);
  assert.ok(Math.abs(Math.sqrt(squares / data.train.pixels.length - mean * mean) / 255 - data.std[0]) < 1e-8);

  // Class 0 against JSON.parse, malformed rows left out: training image 10 i is its row i, test image 10 i row 6,000 + i.
  const file = join(dirname(require.resolve("fashion-mnist")), "clothes", "0.json");
  const rows = (JSON.parse(readFileSync(file, "utf8")).data as number[][]).filter((row) => row.length === 784);
  assert.equal(rows.length, 7_000);
  for (let i = 0; i < 7_000; i++) {
    const [part, image] = i < 6_000 ? [data.train, 10 * i] : [data.test!, 10 * (i - 6_000)];
    assert.equal(part.labels[image], 0);
    assert.ok(Buffer.from(rows[i]).equals(part.pixels.subarray(784 * image, 784 * (image + 1))), `row ${i}`);
  }
});
