import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { datasets } from "../../src/datasets";
import { centreView } from "../../src/datasets/decode";
import { encodePng } from "../../src/display/png";
import { UserError } from "../../src/errors";
import { packageRoot } from "../../src/root";
import { temporaryFolder } from "./cifar10-files";

const golden = JSON.parse(readFileSync(join(packageRoot, "test/golden/images.json"), "utf8"));
const decode = (text: string) => Buffer.from(text, "base64");

/** A picture of one colour, told by its number. */
const plain = (number: number, height = 20, width = 24) =>
  encodePng(new Uint8Array(height * width * 3).fill(number), height, width, 3);

/** Writes files below a fresh folder, folders and all. */
function tree(files: Record<string, Uint8Array | string>): string {
  const folder = temporaryFolder();
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

/** `counts[name]` pictures of each class, named 0.png and so on, no two of the same colour. */
function pictures(counts: Record<string, number>, prefix = ""): Record<string, Uint8Array> {
  const names = Object.entries(counts).flatMap(([name, count]) =>
    Array.from({ length: count }, (_, i) => `${prefix}${name}/${String(i).padStart(3, "0")}.png`),
  );
  return Object.fromEntries(names.map((name, i) => [name, plain((37 * i) % 251)]));
}

/** The largest and the mean difference of two images. */
function difference(a: Uint8Array, b: Uint8Array): [largest: number, mean: number] {
  assert.equal(a.length, b.length);
  const all = Array.from(a, (byte, i) => Math.abs(byte - b[i]));
  return [Math.max(...all), all.reduce((sum, x) => sum + x, 0) / all.length];
}

suite("a file as evaluation sees it is torchvision's Resize and CenterCrop", () => {
  /** How far it may differ, at most and on average, where it is not by rounding alone. */
  const limits: Record<string, [number, number]> = {
    "JPEG, cmyk": [80, 20], // by a colour profile; PIL inverts the numbers
    small: [8, 5], // enlarged, libvips lays an image half a pixel to the left and up: here 12 levels a pixel
  };
  for (const { name, file, centre } of golden.cases) {
    test(name, async () => {
      const folder = tree({ image: decode(file) });
      const [largest, mean] = difference(await centreView(join(folder, "image"), golden.size), decode(centre));
      const limit = limits[name] ?? [2, 0.5];
      assert.ok(largest <= limit[0] && mean <= limit[1], `differs by up to ${largest}, ${mean.toFixed(2)} on average`);
    });
  }
});

test("imageFolder finds classes and files, in an order whose beginnings are balanced", async () => {
  const counts = { zebra: 2, cat: 4, Dog: 4 };
  const folder = tree({
    ...pictures(counts, "train/"),
    ...pictures({ Dog: 1, cat: 1, zebra: 1 }, "val/"),
    ...{ "train/.hidden/0.png": "", "train/cat/notes.txt": "", "train/cat/.x.png": "", "train/readme": "" },
  });
  const data = await datasets.imageFolder(folder, { size: 8 });
  assert.deepEqual(data.classes, ["Dog", "cat", "zebra"]);
  assert.equal(String(data), `${data.title}: 10 training images, 3 test images, 8×8×3, 3 classes`);
  assert.deepEqual([...data.train.labels], [0, 1, 2, 0, 1, 0, 1, 2, 0, 1]);
  assert.deepEqual(
    data.train.paths.slice(0, 4),
    [0, 1, 2, 0].map((c, i) => `train/${data.classes[c]}/00${i > 2 ? 1 : 0}.png`),
  );
  const lines = [...data.train.paths, ...data.test!.paths].map((p) => `${p}\t${statSync(join(folder, p)).size}\n`);
  assert.equal(data.sha256, createHash("sha256").update(lines.join("")).digest("hex"));
  assert.deepEqual([data.shape, data.test?.paths[2]], [[8, 8, 3], "val/zebra/000.png"]);
  const { images, labels } = await data.batch([2, 0], null);
  assert.deepEqual([...labels], [2, 0]);
  const [zebra, dog] = [0, 37 * 6].map((byte) => Math.fround((byte / 255 - 0.485) / 0.229));
  assert.deepEqual([images[0], images[3 * 64]], [zebra, dog]);
  assert.deepEqual([...(await data.pixels(0))], new Array(192).fill(37 * 6));
  // Files that grow change the hash; the classes alone, without train, are training images.
  writeFileSync(join(folder, "train/cat/004.png"), plain(1));
  assert.notEqual((await datasets.imageFolder(folder)).sha256, data.sha256);
  const lone = await datasets.imageFolder(join(folder, "val"));
  assert.deepEqual([lone.train.count, lone.test, lone.shape[0]], [3, null, 224]);
  await assert.rejects(lone.batch([0], null, "test"), /has no test images/);
});

test("take and augmented give the first files, and the same images otherwise cropped", async () => {
  const data = await datasets.imageFolder(tree(pictures({ a: 3, b: 3 })), { size: 8, cache: 5 });
  const few = data.take({ train: 4 });
  assert.deepEqual([few.train.count, few.whole.train, few.train.paths], [4, 6, data.train.paths.slice(0, 4)]);
  assert.notEqual(few.sha256, data.sha256);
  await assert.rejects(few.batch([4], null), UserError);
  assert.equal(few.decoded, data.decoded);
  assert.deepEqual(data.augmentation, { crop: "resized", padding: 4, cutout: 0 });
  assert.deepEqual(data.augmented({ crop: "padded" }).augmentation.crop, "padded");
});

suite("training sees random boxes of a file", () => {
  const folder = tree({ "a/0.png": decode(golden.wide) });
  const size: number = golden.size;

  test("resized as torchvision does it", async () => {
    const { default: sharp } = await import("sharp");
    for (const { box, pixels } of golden.crops) {
      const [top, left, height, width] = box;
      const ours = await sharp(decode(golden.wide))
        .extract({ top, left, height, width })
        .resize(size, size, { fit: "fill", kernel: "linear", fastShrinkOnLoad: false })
        .raw()
        .toBuffer();
      const [largest, mean] = difference(ours, decode(pixels));
      // libvips halves by averages before it interpolates; enlarged, it lays an image half a pixel to the left and up.
      const limit = height < size ? [30, 8] : [6, 0.6];
      assert.ok(
        largest <= limit[0] && mean <= limit[1],
        `[${box}] differs by up to ${largest}, ${mean.toFixed(2)} on average`,
      );
    }
  });

  test("the same for the same seed, whatever is decoded first, and others for the next image", async () => {
    const data = await datasets.imageFolder(folder, { size });
    const stream = new RandomStream(3, "augmentation");
    const first = await data.batch([0, 0, 0, 0, 0, 0], stream);
    const again = await data.batch([0, 0, 0, 0, 0, 0], new RandomStream(3, "augmentation"));
    assert.deepEqual(again, first);
    const image = (k: number) => first.images.subarray(k * size * size * 3, (k + 1) * size * size * 3);
    for (let k = 1; k < 6; k++) assert.notDeepEqual(image(k), image(0));
    assert.notDeepEqual(await data.batch([0, 0, 0, 0, 0, 0], stream), first);
    const plainly = await data.batch([0], null);
    assert.deepEqual(plainly, await data.batch([0], null));
  });

  test("with a padded crop, shifts of what evaluation sees", async () => {
    const data = (await datasets.imageFolder(folder, { size })).augmented({ crop: "padded", padding: 1 });
    const { images } = await data.batch(new Array(30).fill(0), new RandomStream(1));
    const kept = await data.pixels(0);
    const levels = (byte: number, c: number) => Math.fround((byte / 255 - data.mean[c]) / data.std[c]);
    for (let k = 0; k < 30; k++) {
      // The pixel in the middle is one of the nine around it, seen directly or in the mirror.
      const at = (y: number, x: number) => [0, 1, 2].map((c) => levels(kept[(y * size + x) * 3 + c], c)).join();
      const seen = images
        .subarray((k * size * size + 8 * size + 8) * 3)
        .subarray(0, 3)
        .join();
      const near = [7, 8, 9].flatMap((y) => [6, 7, 8, 9].map((x) => at(y, x)));
      assert.ok(near.includes(seen));
    }
  });
});

suite("imageFolder refuses in one line", () => {
  const cases: [name: string, files: Record<string, Uint8Array | string>, message: RegExp][] = [
    ["a folder of files", { "0.png": plain(0) }, /holds no folder of a class; name a folder/],
    ["a class without images", { "a/0.png": plain(0), "b/0.gif": "" }, /b" has no \.jpg, \.jpeg or \.png file/],
    [
      "a test folder without classes",
      { "train/a/0.png": plain(0), "val/ILSVRC2012_val_00000001.JPEG": "" },
      /val" holds no folder of a class/,
    ],
    [
      "a test folder of other classes",
      { "train/a/0.png": plain(0), "test/a/0.png": plain(0), "test/c/0.png": plain(0) },
      /class "c" is in one of .*train" and .*test" only; give both the same folders/,
    ],
    [
      "a test folder of fewer classes",
      { "train/a/0.png": plain(0), "train/b/0.png": plain(0), "val/a/0.png": plain(0) },
      /class "b" is in one of/,
    ],
  ];
  for (const [name, files, message] of cases) {
    test(name, async () => {
      const folder = tree(files);
      await assert.rejects(datasets.imageFolder(folder), (error: Error) => {
        assert.ok(error instanceof UserError && !error.message.includes("\n") && error.message.includes(folder));
        assert.match(error.message, message);
        return true;
      });
    });
  }

  test("a folder that is not there, a file, and sizes that are none", async () => {
    const folder = tree({ "a/0.png": plain(0) });
    await assert.rejects(datasets.imageFolder(join(folder, "none")), /there is no folder ".*none"; name a folder/);
    await assert.rejects(datasets.imageFolder(join(folder, "a/0.png")), /0\.png" is a file; name a folder/);
    await assert.rejects(datasets.imageFolder(folder, { size: 0 }), /size 0 is not a whole number of at least 1/);
    await assert.rejects(datasets.imageFolder(folder, { cache: -1 }), /cache -1 is not/);
  });

  test("a link that leads to nothing", async () => {
    const folder = tree({ "a/0.png": plain(0) });
    symlinkSync("nowhere", join(folder, "a/1.png"));
    await assert.rejects(datasets.imageFolder(folder), /imageFolder: cannot read ".*a\/1\.png" \(ENOENT\); mend it/);
  });

  const png = plain(3);
  const [, jpeg] = golden.cases.filter(({ name }: { name: string }) => name.startsWith("JPEG"));
  const damaged: [name: string, bytes: Uint8Array | string, message: RegExp][] = [
    ["an empty file", "", /is not a whole JPEG or PNG image \(Input Buffer is empty\); replace it/],
    ["a text", "hello", /\(Input buffer contains unsupported image format\)/],
    ["a picture of another format", decode(golden.gif), /\(it is a file of format gif\)/],
    ["a drawing", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', /\(it is a file of format svg\)/],
    ["half a PNG", png.subarray(0, png.length - 40), /is not a whole JPEG or PNG image \(/],
    ["half a JPEG", decode(jpeg.file).subarray(0, decode(jpeg.file).length >> 1), /\(VipsJpeg: premature end/],
  ];
  for (const [name, bytes, message] of damaged) {
    test(`${name}, when a batch wants it`, async () => {
      const folder = tree({ "a/0.png": plain(0), "a/1.png": bytes });
      const data = await datasets.imageFolder(folder, { size: 8 });
      assert.equal((await data.batch([0], null)).labels.length, 1);
      for (const augment of [null, new RandomStream(0)]) {
        await assert.rejects(data.batch([0, 1], augment), (error: Error) => {
          assert.ok(error instanceof UserError && !error.message.includes("\n"));
          assert.ok(error.message.startsWith(`imageFolder: "${join(folder, "a/1.png")}"`));
          assert.match(error.message, message);
          return true;
        });
      }
    });
  }

  test("a file that is gone, when a batch wants it", async () => {
    const folder = tree({ "a/0.png": plain(0) });
    const data = await datasets.imageFolder(folder);
    rmSync(join(folder, "a/0.png"));
    await assert.rejects(data.batch([0], null), /imageFolder: cannot read ".*a\/0\.png" \(ENOENT\); put it back/);
  });
});

test("a folder of more images than the cache holds keeps no more than that", async () => {
  const folder = tree(pictures({ a: 30, b: 30 }));
  const cache = 7;
  const data = (await datasets.imageFolder(folder, { size: 16, cache })).augmented({ crop: "padded" });
  const all = [...Array(60).keys()];
  const whole = await data.batch(all, null);
  assert.equal(data.decoded.held, cache);
  assert.deepEqual(await data.batch(all, null), whole, "the same whether kept or decoded again");
  await data.augmented({ crop: "resized" }).batch(all, new RandomStream(0));
  assert.equal(data.decoded.held, cache, "random boxes are not kept");
  const none = await datasets.imageFolder(folder, { size: 16, cache: 0 });
  assert.deepEqual(await none.batch(all, null), whole);
  assert.equal(none.decoded.held, 0);
});
