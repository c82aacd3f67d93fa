import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { datasets } from "../../src/datasets";
import { cachedFiles } from "../../src/datasets/cache";
import { IMAGENET16_FILES } from "../../src/datasets/imagenet16";
import { UserError } from "../../src/errors";
import { packageRoot } from "../../src/root";
import { byteAt, filesIn, temporaryFolder } from "./cifar10-files";

const golden = JSON.parse(readFileSync(join(packageRoot, "test/golden/pickles.json"), "utf8"));
/** Three images, of the labels 120, 121 and 1. */
const batch = Buffer.from(golden.good["protocol 3"], "base64");

test("imagenet16 reads the first 120 classes of the files there are, as NHWC bytes", async () => {
  const files = { train_data_batch_2: batch, train_data_batch_10: batch, val_data: batch };
  const folder = filesIn(temporaryFolder(), files);
  const data = await datasets.imagenet16({ folder });
  assert.equal(
    String(data),
    "ImageNet16-120: 4 of 151,700 training images, 2 of 6,000 test images, 16×16×3, 120 classes",
  );
  assert.deepEqual([...data.train.labels], [119, 0, 119, 0]);
  assert.deepEqual([...data.test!.labels], [119, 0]);
  assert.deepEqual([data.classes[0], data.classes[119]], ["1", "120"]);
  // The images 0 and 2 of the file; what is between them is of class 121.
  for (const [place, image] of [0, 2, 0, 2].entries()) {
    for (let i = 0; i < 768; i++) {
      const [y, x, c] = [Math.floor(i / 48), Math.floor(i / 3) % 16, i % 3];
      assert.equal(data.train.pixels[768 * place + i], byteAt(image, y, x, c));
    }
  }
  assert.deepEqual(data.augmentation, { crop: "padded", padding: 2, cutout: 0 });
  const { images } = data.batch([1], null);
  assert.equal(images[4], Math.fround((byteAt(2, 0, 1, 1) / 255 - 116.66 / 255) / (61.26 / 255)));
});

suite("imagenet16 refuses in one line that names the file", () => {
  const reasons: Record<string, RegExp> = {
    "a list": /it holds no dictionary with an array "data" and a list "labels"/,
    "no labels": /it holds no dictionary/,
    "images of 32×32": /its "data" is an array \[1,3072\] of type u1, not \[n,768\] of bytes/,
    "numbers of eight bytes": /an array \[1,768\] of type f8, not/,
    "label 0": /the label of record 1 \(counted from 0\) is 0, allowed are 1 to 1000/,
    "label 1001": /the label of record 2 \(counted from 0\) is 1001/,
    "a label that is a word": /the label of record 0 \(counted from 0\) is cat/,
    "fewer labels": /it has 2 images and 1 labels/,
  };
  const files = Object.entries(golden.other as Record<string, string>);
  assert.deepEqual(files.map(([name]) => name).sort(), Object.keys(reasons).sort());
  const cases: [name: string, bytes: Uint8Array, reason: RegExp][] = [
    ...files.map(([name, text]): [string, Buffer, RegExp] => [name, Buffer.from(text, "base64"), reasons[name]]),
    ["os.system", Buffer.from(golden.bad["os.system"], "base64"), /at byte 2 it has a call of posix\.system/],
    ["a truncated file", batch.subarray(0, 1_000), /at byte [\d,]+ it has [\d,]+ bytes left where 2,304 have to be/],
    ["a file that is too long", new Uint8Array(200e6 + 1), /it has 200,000,001 bytes, more than an official file/],
  ];
  for (const [name, bytes, reason] of cases) {
    test(name, async () => {
      const folder = filesIn(temporaryFolder(), { train_data_batch_1: bytes });
      await assert.rejects(datasets.imagenet16({ folder }), (error: Error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, reason);
        assert.ok(error.message.includes(join(folder, "train_data_batch_1")) && !error.message.includes("\n"));
        return true;
      });
    });
  }

  test("a folder without these files", async () => {
    const folder = filesIn(temporaryFolder(), { "train_data_batch_1.npz": "" });
    const message = /is no folder with any of train_data_batch_1 … train_data_batch_10, val_data; name the folder/;
    await assert.rejects(datasets.imagenet16({ folder }), message);
    await assert.rejects(datasets.imagenet16({ folder: join(folder, "none") }), message);
  });
});

suite("imagenet16 without a folder", () => {
  const variables = ["NASLAB_DATA", "NASLAB_DATA_MIRROR"];
  const before = variables.map((name) => process.env[name]);
  let cache: string;
  beforeEach(() => {
    cache = temporaryFolder();
    process.env.NASLAB_DATA = cache;
    delete process.env.NASLAB_DATA_MIRROR;
  });
  afterEach(() => {
    for (const [i, name] of variables.entries()) {
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    }
  });
  const md5 = Object.fromEntries(
    Object.keys(IMAGENET16_FILES.md5).map((name) => [name, createHash("md5").update(batch).digest("hex")]),
  );
  const files = Object.fromEntries(Object.keys(md5).map((name) => [name, batch]));

  test("says where the files are given out, and where they have to be", async () => {
    await assert.rejects(datasets.imagenet16(), (error: Error) => {
      assert.ok(error instanceof UserError && error.message.includes(join(cache, "imagenet16")));
      assert.match(error.message, /image-net\.org gives them to those who log in.*or set NASLAB_DATA_MIRROR/);
      return true;
    });
  });

  test("takes them from its folder in the cache", async () => {
    filesIn(join(cache, "imagenet16"), { val_data: batch });
    assert.equal((await datasets.imagenet16()).test?.count, 2);
  });

  test("takes them from a mirror, checked, all or none", async () => {
    const mirror = temporaryFolder();
    process.env.NASLAB_DATA_MIRROR = pathToFileURL(mirror).href;
    mkdirSync(join(mirror, "imagenet16"));
    filesIn(join(mirror, "imagenet16"), files);
    await assert.rejects(
      datasets.imagenet16(),
      /hash mismatch: .*train_data_batch_1 .* has MD5 [0-9a-f]{32}, the official/,
    );
    assert.deepEqual(readdirSync(cache), []);
    const folder = await cachedFiles({ ...IMAGENET16_FILES, md5 }, () => {});
    assert.equal(folder, join(cache, "imagenet16"));
    assert.equal((await datasets.imagenet16()).train.count, 20);
  });

  test("leaves nothing behind if the mirror lacks a file", async () => {
    const mirror = temporaryFolder();
    process.env.NASLAB_DATA_MIRROR = mirror;
    writeFileSync(join(filesIn(join(mirror, "imagenet16"), files), "val_data"), "other");
    await assert.rejects(
      cachedFiles({ ...IMAGENET16_FILES, md5 }, () => {}),
      /hash mismatch: .*val_data/,
    );
    process.env.NASLAB_DATA_MIRROR = join(mirror, "none");
    await assert.rejects(
      cachedFiles({ ...IMAGENET16_FILES, md5 }, () => {}),
      /cannot read .*none.*\(ENOENT/,
    );
    assert.deepEqual(readdirSync(cache), []);
  });
});
