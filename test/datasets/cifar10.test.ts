import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { datasets } from "../../src/datasets";
import { UserError } from "../../src/errors";
import { sharedData } from "../shared-data";
import { byteAt, filesIn, records, temporaryFolder } from "./cifar10-files";

const names = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";

test("cifar10 reads every official file, in order, as NHWC bytes", async () => {
  const files: Record<string, Uint8Array | string> = { "batches.meta.txt": names, "test_batch.bin": records(50, 4) };
  for (let n = 1; n <= 5; n++) files[`data_batch_${n}.bin`] = records(10 * n - 10, 3);
  const data = await datasets.cifar10({ folder: filesIn(temporaryFolder(), files) });
  assert.equal(data.name, "cifar10");
  assert.deepEqual(data.shape, [32, 32, 3]);
  assert.deepEqual([data.train.count, data.test?.count], [15, 4]);
  assert.deepEqual([...data.train.labels], [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
  assert.deepEqual([...data.test!.labels], [0, 1, 2, 3]);
  const image = 11; // of data_batch_4.bin, whose records are 30, 31, 32
  for (const [y, x, c] of [
    [0, 0, 0],
    [0, 0, 2],
    [0, 31, 1],
    [31, 0, 0],
    [17, 5, 1],
    [31, 31, 2],
  ]) {
    assert.equal(data.train.pixels[((image * 32 + y) * 32 + x) * 3 + c], byteAt(32, y, x, c));
  }
  assert.equal(data.classes[7], "horse");
  const hash = createHash("sha256").update(data.train.pixels).update(data.train.labels);
  assert.equal(data.sha256, hash.update(data.test!.pixels).update(data.test!.labels).digest("hex"));
});

test("cifar10 uses what a folder or its sub-folder holds, and says how many images that is", async () => {
  const folder = temporaryFolder();
  filesIn(join(folder, "cifar-10-batches-bin"), { "data_batch_3.bin": records(0, 12) });
  const data = await datasets.cifar10({ folder });
  assert.equal(data.test, null);
  assert.equal(String(data), "CIFAR-10: 12 of 50,000 training images, no test images, 32×32×3, 10 classes");
  const tested = await datasets.cifar10({ folder: filesIn(temporaryFolder(), { "test_batch.bin": records(0, 2) }) });
  assert.match(String(tested), /: 0 of 50,000 training images, 2 of 10,000 test images,/);
});

const broken: Record<string, [Record<string, Uint8Array | string>, RegExp]> = {
  "a truncated file": [
    { "data_batch_1.bin": records(0, 3).subarray(0, 7_000) },
    /truncated file .*data_batch_1\.bin" has 7,000 bytes, .*records of 3,073 \(2 records and 854 bytes\); copy or unpack/,
  ],
  "an empty file": [{ "test_batch.bin": "" }, /truncated file .*test_batch\.bin" has 0 bytes/],
  "a file that is too long": [
    { "test_batch.bin": new Uint8Array(3_073 * 10_001) },
    /not a CIFAR-10 file: .*test_batch\.bin" has 30,733,073 bytes, more than 10,000 records/,
  ],
  "a wrong label": [
    { "data_batch_2.bin": Buffer.concat([records(0, 2), Buffer.alloc(3_073, 10)]) },
    /wrong label 10 in record 2 \(counted from 0\) of ".*data_batch_2\.bin", allowed are 0 to 9/,
  ],
  "a wrong list of names": [
    { "batches.meta.txt": "cat\ndog\n", "test_batch.bin": records(0, 1) },
    /batches\.meta\.txt" holds no names of classes: it names 2 of 10 classes/,
  ],
  "another folder": [
    { "notes.txt": "" },
    /is not a CIFAR-10 folder: neither it nor its cifar-10-batches-bin holds any of data_batch_1\.bin … data_batch_5\.bin, test_batch\.bin; name the folder/,
  ],
  "the Python version": [{ data_batch_1: "pickle" }, /\(it holds the Python version, which is not read\)/],
};
for (const [title, [files, message]] of Object.entries(broken)) {
  test(`cifar10 refuses ${title}`, async () => {
    const folder = filesIn(temporaryFolder(), files);
    await assert.rejects(datasets.cifar10({ folder }), (error: Error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, message);
      assert.ok(error.message.includes(folder));
      return true;
    });
  });
}

test("cifar10 refuses a folder that is not there, and a file", async () => {
  const folder = filesIn(temporaryFolder(), { "data_batch_1.bin": records(0, 1) });
  await assert.rejects(datasets.cifar10({ folder: join(folder, "none") }), /there is no folder ".*none"/);
  await assert.rejects(datasets.cifar10({ folder: join(folder, "data_batch_1.bin") }), /is a file, not a folder/);
});

test("cifar10 reads the published images", { skip: !sharedData && "no sample data here" }, async () => {
  const folder = join(sharedData!, "cifar10-sample");
  const data = await datasets.cifar10({ folder });
  assert.match(String(data), /^CIFAR-10: 10,000 of 50,000 training images, 1,000 of 10,000 test images, 32×32×3/);
  // The first training labels and the counts of the classes in data_batch_1, as published.
  assert.deepEqual(
    [...data.train.labels.subarray(0, 10)].map((l) => data.classes[l]).join(" "),
    "frog truck truck deer automobile automobile bird horse ship cat",
  );
  const counts = new Array(10).fill(0);
  for (const label of data.train.labels) counts[label]++;
  assert.deepEqual(counts, [1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981]);
  // The sample's mean and deviation are those of the whole set within a hundredth.
  for (let c = 0; c < 3; c++) {
    let [sum, squares] = [0, 0];
    for (let i = c; i < data.train.pixels.length; i += 3) {
      sum += data.train.pixels[i] / 255;
      squares += (data.train.pixels[i] / 255) ** 2;
    }
    const mean = sum / (data.train.count * 1024);
    assert.ok(Math.abs(mean - data.mean[c]) < 0.01);
    assert.ok(Math.abs(Math.sqrt(squares / (data.train.count * 1024) - mean * mean) - data.std[c]) < 0.01);
  }
  // Record 1234 by the format's definition.
  const bytes = readFileSync(join(folder, "data_batch_1.bin")).subarray(1234 * 3073, 1235 * 3073);
  assert.equal(data.train.labels[1234], bytes[0]);
  for (let p = 0; p < 1024; p++) {
    for (let c = 0; c < 3; c++) assert.equal(data.train.pixels[(1234 * 1024 + p) * 3 + c], bytes[1 + c * 1024 + p]);
  }
});
