import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { datasets } from "../../src/datasets";
import { cachedFolder } from "../../src/datasets/cache";
import { CIFAR100 } from "../../src/datasets/cifar100";
import { UserError } from "../../src/errors";
import { byteAt, filesIn, records, temporaryFolder } from "./cifar10-files";

/** Records of CIFAR-100: those of CIFAR-10 with a coarse label in front and another fine one. */
function fineRecords(first: number, count: number): Buffer {
  const plain = records(first, count);
  return Buffer.concat(
    Array.from({ length: count }, (_, i) =>
      Buffer.concat([Buffer.from([(first + i) % 20, (first + i) % 100]), plain.subarray(3073 * i + 1, 3073 * (i + 1))]),
    ),
  );
}

test("cifar100 reads fine labels and pixels", async () => {
  const files = { "train.bin": fineRecords(95, 7), "test.bin": fineRecords(30, 2) };
  const data = await datasets.cifar100({ folder: filesIn(temporaryFolder(), files) });
  assert.equal(String(data), "CIFAR-100: 7 of 50,000 training images, 2 of 10,000 test images, 32×32×3, 100 classes");
  assert.deepEqual([...data.train.labels], [95, 96, 97, 98, 99, 0, 1]);
  assert.deepEqual([...data.test!.labels], [30, 31]);
  assert.deepEqual([data.classes[0], data.classes[30], data.classes[99]], ["apple", "dolphin", "worm"]);
  assert.equal(new Set(data.classes).size, 100);
  assert.equal(data.train.pixels[((3 * 32 + 17) * 32 + 5) * 3 + 1], byteAt(98, 17, 5, 1));
  const { images } = data.batch([0], null);
  assert.equal(images[2], Math.fround((byteAt(95, 0, 0, 2) / 255 - 0.4409) / 0.2762));
});

const broken: Record<string, [Record<string, Uint8Array | string>, RegExp]> = {
  "CIFAR-10's records": [{ "train.bin": records(0, 3) }, /truncated file or not a CIFAR-100 file: .*records of 3,074/],
  "a wrong coarse label": [
    { "train.bin": Buffer.concat([fineRecords(0, 1), Buffer.alloc(3074, 20)]) },
    /wrong label 20 in record 1 \(counted from 0\) of ".*train\.bin", allowed are 0 to 19/,
  ],
  "a wrong fine label": [
    { "test.bin": Buffer.concat([Buffer.from([19, 100]), Buffer.alloc(3072)]) },
    /wrong label 100 in record 0 .*test\.bin", allowed are 0 to 99/,
  ],
  "a file that is too long": [{ "test.bin": new Uint8Array(3074 * 10_001) }, /more than 10,000 records of 3,074/],
  "another folder": [
    { "data_batch_1.bin": "" },
    /is not a CIFAR-100 folder: neither it nor its cifar-100-binary holds any of train\.bin, test\.bin; name/,
  ],
  "the Python version": [{ train: "pickle" }, /\(it holds the Python version, which is not read\)/],
  "a wrong list of names": [
    { "fine_label_names.txt": "apple\n", "test.bin": fineRecords(0, 1) },
    /it names 1 of 100 classes/,
  ],
};
for (const [title, [files, message]] of Object.entries(broken)) {
  test(`cifar100 refuses ${title}`, async () => {
    const folder = filesIn(temporaryFolder(), files);
    await assert.rejects(datasets.cifar100({ folder }), (error: Error) => {
      assert.ok(error instanceof UserError && error.message.startsWith("cifar100: "));
      assert.match(error.message, message);
      return true;
    });
  });
}

test("cifar100's archive is unpacked into the cache", async () => {
  const [mirror, cache] = [temporaryFolder(), temporaryFolder()];
  const names = `${CIFAR100.classes.join("\n")}\n`;
  const files = { "train.bin": fineRecords(0, 1), "test.bin": fineRecords(0, 1), "fine_label_names.txt": names };
  filesIn(join(mirror, CIFAR100.archive.folder), { ...files, "coarse_label_names.txt": "" });
  execFileSync("tar", ["-czf", CIFAR100.archive.file, CIFAR100.archive.folder], { cwd: mirror });
  const sha256 = createHash("sha256")
    .update(readFileSync(join(mirror, CIFAR100.archive.file)))
    .digest("hex");
  const before = [process.env.NASLAB_DATA, process.env.NASLAB_DATA_MIRROR];
  Object.assign(process.env, { NASLAB_DATA: cache, NASLAB_DATA_MIRROR: mirror });
  try {
    await assert.rejects(datasets.cifar100(), /CIFAR-100: hash mismatch/);
    const folder = await cachedFolder({ ...CIFAR100.archive, sha256 }, () => {});
    assert.deepEqual(readdirSync(folder).sort(), Object.keys(files).sort());
    assert.equal((await datasets.cifar100()).train.count, 1);
  } finally {
    for (const [i, name] of ["NASLAB_DATA", "NASLAB_DATA_MIRROR"].entries()) {
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    }
  }
});
