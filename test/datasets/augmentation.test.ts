import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { datasets } from "../../src/datasets";
import { centredBox, PADDED_BY_4, randomBox, randomPlacement } from "../../src/datasets/augmentation";
import { packageRoot } from "../../src/root";

const golden = JSON.parse(readFileSync(join(packageRoot, "test/golden/images.json"), "utf8"));

test("the boxes of a resized crop have the moments of torchvision's RandomResizedCrop", () => {
  const stream = new RandomStream(0, "boxes");
  for (const { height, width, draws, mean, std } of golden.random) {
    const count = 20_000;
    const boxes = Array.from({ length: count }, () => randomBox(stream, height, width));
    for (const [i, side] of (["top", "left", "height", "width"] as const).entries()) {
      const values = boxes.map((box) => box[side]);
      const ours = values.reduce((a, b) => a + b) / count;
      const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - ours) ** 2, 0) / count);
      // Five standard errors of the difference of two means; the deviation's are no larger.
      const tolerance = 5 * std[i] * Math.sqrt(1 / count + 1 / draws);
      assert.ok(Math.abs(ours - mean[i]) < tolerance, `${height}×${width} ${side}: ${ours}, torchvision ${mean[i]}`);
      assert.ok(Math.abs(deviation - std[i]) < tolerance, `${height}×${width} ${side} deviates by ${deviation}`);
    }
    for (const { top, left, height: h, width: w } of boxes) {
      assert.ok(top >= 0 && left >= 0 && h > 0 && w > 0 && top + h <= height && left + w <= width);
    }
  }
});

test("where no box fits, the largest one in the middle is taken, as torchvision does", () => {
  for (const { height, width, box } of golden.fixed) {
    const { top, left, height: h, width: w } = randomBox(new RandomStream(1), height, width);
    assert.deepEqual([top, left, h, w], box);
  }
});

test("a centred box goes as Python rounds: half to even", () => {
  const tops = Array.from({ length: 8 }, (_, space) => centredBox(10, 10 + space, 10).top);
  assert.deepEqual(tops, [0, 0, 1, 2, 2, 2, 3, 4]); // round(space / 2) in Python
});

test("cutout blanks a square around any pixel, cut off at the border, after everything else", () => {
  const stream = new RandomStream(2, "cutout");
  const seen = new Map<string, number>();
  for (let i = 0; i < 6_000; i++) {
    const { hole } = randomPlacement(stream, { ...PADDED_BY_4, cutout: 4 }, [6, 5]);
    const name = [hole!.top, hole!.left, hole!.height, hole!.width].join();
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  const expected = new Map<string, number>();
  for (let y = 0; y < 6; y++) {
    for (let x = 0; x < 5; x++) {
      const clip = (at: number, size: number) => Math.min(Math.max(at, 0), size);
      const [y1, y2, x1, x2] = [clip(y - 2, 6), clip(y + 2, 6), clip(x - 2, 5), clip(x + 2, 5)];
      expected.set([y1, x1, y2 - y1, x2 - x1].join(), 200);
    }
  }
  assert.deepEqual([...seen.keys()].sort(), [...expected.keys()].sort());
  for (const [name, count] of seen) assert.ok(Math.abs(count - 200) < 5 * Math.sqrt(200), `${name}: ${count}`);
});

test("a batch with cutout is the one without, blanked to the mean; without, the draws stay as they were", () => {
  const images = Uint8Array.from({ length: 2 * 8 * 8 }, (_, i) => 1 + (i % 200));
  const data = datasets.fromArrays({ train: { images, labels: [0, 0] }, shape: [8, 8, 1], mean: [0], std: [1] });
  const [plain, blanked] = [data, data.augmented({ cutout: 4, padding: 0 })];
  assert.deepEqual(blanked.augmentation, { crop: "padded", padding: 0, cutout: 4 });
  assert.deepEqual(plain.augmentation, PADDED_BY_4);
  const stream = new RandomStream(4);
  const { images: out } = blanked.batch(new Array(50).fill(1), stream);
  for (let k = 0; k < 50; k++) {
    const image = out.subarray(64 * k, 64 * (k + 1));
    const zeros = [...image.keys()].filter((i) => image[i] === 0);
    const [rows, columns] = [new Set(zeros.map((i) => i >> 3)), new Set(zeros.map((i) => i & 7))];
    assert.ok(zeros.length === rows.size * columns.size && rows.size >= 2 && rows.size <= 4 && columns.size >= 2);
    const flipped = image[zeros.includes(0) ? 63 : 0] !== Math.fround(images[64 + (zeros.includes(0) ? 63 : 0)] / 255);
    for (let i = 0; i < 64; i++) {
      const from = 64 + (flipped ? (i & 56) + 7 - (i & 7) : i);
      if (!zeros.includes(i)) assert.equal(image[i], Math.fround(images[from] / 255));
    }
  }
  const [first, second] = [0, 0].map(() => new RandomStream(5));
  const wordsOf = (s: RandomStream, cutout: number) => {
    plain.augmented({ cutout }).batch([0, 1], s);
    return s.position;
  };
  assert.equal(wordsOf(first, 0), 6n, "two offsets and a flip an image");
  assert.equal(wordsOf(second, 2), 10n);
});

test("augmentations that make no sense are refused", () => {
  const data = datasets.fromArrays({ train: { images: [1], labels: [0] }, shape: [1, 1, 1] });
  assert.throws(() => data.augmented({ padding: -1 }), /augmentation: padding -1 is not a number of pixels/);
  assert.throws(() => data.augmented({ cutout: 1.5 }), /augmentation: cutout 1\.5/);
  assert.throws(() => data.augmented({ crop: "resized" }), /crop "resized" needs image files/);
  assert.throws(() => data.augmented({ crop: "none" as never }), /unknown crop "none"/);
});
