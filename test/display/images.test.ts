import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { datasets, ImageDataset } from "../../src/datasets";
import { textWidth } from "../../src/display/font";
import { captionLines, imageGrid } from "../../src/display/images";
import { encodePng } from "../../src/display/png";
import { UserError } from "../../src/errors";
import { decodePng } from "./decode-png";

const SIDE = 6;

/** Images of noise, with these labels, so that each can be found in the picture. */
function noise(labels: readonly number[], channels: 1 | 3): ImageDataset {
  const stream = new RandomStream(1, "pixels");
  const pixels = Uint8Array.from({ length: labels.length * SIDE * SIDE * channels }, () => stream.below(256));
  return new ImageDataset({
    name: "noise",
    title: "Noise",
    classes: ["T-shirt & <top>", "dog", "automobile"],
    shape: [SIDE, SIDE, channels],
    train: { count: labels.length, pixels, labels: Uint8Array.from(labels) },
    test: null,
    whole: { train: 100, test: 10 },
    mean: new Array(channels).fill(0),
    std: new Array(channels).fill(1),
    source: "test",
  });
}

/** Where image `index` stands in a picture with every pixel doubled, as [x, y], or null if it is not there. */
function find(data: ImageDataset, index: number, picture: ReturnType<typeof decodePng>): [number, number] | null {
  const channels = data.shape[2];
  const matches = (left: number, top: number): boolean => {
    for (let y = 0; y < 2 * SIDE; y++) {
      for (let x = 0; x < 2 * SIDE; x++) {
        for (let c = 0; c < 3; c++) {
          const from = ((index * SIDE + (y >> 1)) * SIDE + (x >> 1)) * channels + (channels === 3 ? c : 0);
          const shown = picture.pixels[((top + y) * picture.width + left + x) * 4 + c];
          if (shown !== data.train.pixels[from]) return false;
        }
      }
    }
    return true;
  };
  for (let top = 0; top <= picture.height - 2 * SIDE; top++) {
    for (let left = 0; left <= picture.width - 2 * SIDE; left++) if (matches(left, top)) return [left, top];
  }
  return null;
}

function pictureOf(bundle: Record<string, unknown>) {
  return decodePng(Buffer.from(bundle["image/png"] as string, "base64"));
}

for (const channels of [1, 3] as const) {
  test(`imageGrid shows the first images of each class in its column, every pixel doubled (${channels} channels)`, async () => {
    const data = noise([2, 0, 0, 2, 0, 1, 2], channels);
    const picture = pictureOf(await imageGrid(data, { rows: 2 }));
    const [[x00, y0], [x01, y1], [x1, y10], [x20, y20], [x21, y21]] = [1, 2, 5, 0, 3].map(
      (i) => find(data, i, picture)!,
    );
    assert.deepEqual([x01, y10, y20, x21, y21], [x00, y0, y0, x20, y1], "columns and rows are straight");
    assert.ok(y1 >= y0 + 2 * SIDE && x1 >= x00 + 2 * SIDE && x20 >= x1 + 2 * SIDE, "nothing overlaps");
    assert.equal(find(data, 4, picture), null, "two rows only");
    assert.equal(find(data, 6, picture), null);
    // The page is white, whatever lies below it.
    assert.deepEqual([...picture.pixels.subarray(4 * (5 * picture.width + 5)).subarray(0, 4)], [255, 255, 255, 255]);
  });
}

test("imageGrid shows images out of files, large ones reduced, and names no more than a hundred classes", async () => {
  const folder = mkdtempSync(join(tmpdir(), "naslab-grid-"));
  for (let c = 0; c < 101; c++) {
    mkdirSync(join(folder, `class ${c}`));
    writeFileSync(join(folder, `class ${c}`, "0.png"), encodePng(new Uint8Array(3 * 16).fill(2 * c + 40), 4, 4, 3));
  }
  const data = await datasets.imageFolder(folder, { size: 150 });
  const bundle = await imageGrid(data, { rows: 1, columns: 3 });
  const picture = pictureOf(bundle);
  // "class 0", "class 1", "class 10": a square of 96 pixels of one grey each.
  for (const byte of [40, 42, 60]) {
    let seen = 0;
    for (let i = 0; i < picture.pixels.length; i += 4) {
      if ([0, 1, 2].every((c) => picture.pixels[i + c] === byte)) seen++;
    }
    assert.ok(Math.abs(seen - 96 * 96) < 200, `${seen} pixels of ${byte}`);
  }
  assert.match(bundle["text/plain"] as string, /classes: class 0, class 1, class 10, .*, …\nSHA-256: [0-9a-f]{64}$/);
});

test("imageGrid takes the classes from the first and refuses sizes that are none", async () => {
  const data = noise([0, 1, 2], 3);
  const picture = pictureOf(await imageGrid(data, { columns: 2 }));
  assert.deepEqual(
    [0, 1, 2].map((i) => find(data, i, picture) !== null),
    [true, true, false],
  );
  await assert.rejects(imageGrid(data, { rows: 0 }), {
    name: "UserError",
    message: "imageGrid: rows must be a positive integer, got 0",
  });
  await assert.rejects(imageGrid(data, { columns: 1.5 }), UserError);
});

test("imageGrid tells sizes, classes and hash in words", async () => {
  const data = noise([0, 1, 2], 1);
  assert.equal(
    (await imageGrid(data))["text/plain"],
    "Noise: 3 of 100 training images, no test images, 6×6×1, 3 classes\n" +
      `classes: T-shirt & <top>, dog, automobile\nSHA-256: ${data.sha256}`,
  );
});

test("the caption names the data set, its sizes and the first 12 digits of its hash", async () => {
  const data = noise([0, 1, 2], 1);
  assert.deepEqual(captionLines(data), [
    "Noise",
    "3 of 100 training images, no test images, 6×6×1, 3 classes",
    `SHA-256 ${data.sha256.slice(0, 12)}…`,
  ]);
  // A wider caption than the images makes the picture wider: nothing of it is cut off.
  const { width } = pictureOf(await imageGrid(data, { columns: 1 }));
  assert.ok(width >= textWidth(captionLines(data)[1], 11) + 24);
});
