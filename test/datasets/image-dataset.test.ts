import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { ImageDataset, type Images } from "../../src/datasets";
import { UserError } from "../../src/errors";

const [HEIGHT, WIDTH, CHANNELS] = [6, 5, 2];
const SIZE = HEIGHT * WIDTH * CHANNELS;

function images(count: number, seed: number): Images {
  const stream = new RandomStream(seed, "pixels");
  return {
    count,
    // Never 0, so that padding can be told from the picture.
    pixels: Uint8Array.from({ length: count * SIZE }, () => 1 + stream.below(255)),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
  };
}

const data = new ImageDataset({
  name: "made",
  title: "Made",
  classes: ["a", "b", "c"],
  shape: [HEIGHT, WIDTH, CHANNELS],
  train: images(9, 1),
  test: images(4, 2),
  whole: { train: 9, test: 10 },
  mean: [0.5, 0.25],
  std: [0.2, 0.4],
  source: "test",
});

/** Normalised value of pixel (y, x, c) of training image i, 0 outside of it, by the definition. */
function value(i: number, y: number, x: number, c: number): number {
  const inside = y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH;
  const byte = inside ? data.train.pixels[((i * HEIGHT + y) * WIDTH + x) * CHANNELS + c] : 0;
  return Math.fround((byte / 255 - data.mean[c]) / data.std[c]);
}

/** Training image i cropped at (down, right) out of its padding and mirrored: plain loops over output places. */
function placed(i: number, down: number, right: number, flip: boolean): number[] {
  const cropped: number[][][] = [];
  for (let y = 0; y < HEIGHT; y++) {
    cropped.push([]);
    for (let x = 0; x < WIDTH; x++) cropped[y].push([0, 1].map((c) => value(i, y + down, x + right, c)));
    if (flip) cropped[y].reverse();
  }
  return cropped.flat(2);
}

test("a batch is normalised, in the order of its indices, with labels", () => {
  const { images, labels } = data.batch([7, 0, 7], null);
  assert.deepEqual([...labels], [1, 0, 1]);
  assert.deepEqual(
    [...images],
    [7, 0, 7].flatMap((i) => placed(i, 0, 0, false)),
  );
  const black = data.batch([0], null, "test").images;
  assert.equal(black[0], Math.fround((data.test!.pixels[0] / 255 - 0.5) / 0.2));
});

test("an augmented batch holds crops of the padded image, mirrored half of the time, all equally likely", () => {
  const rounds = 16_200;
  const counts = new Map<string, number>();
  const stream = new RandomStream(3, "augmentation");
  const expected = new Map<string, string>();
  for (let down = -4; down <= 4; down++) {
    for (let right = -4; right <= 4; right++) {
      for (const flip of [false, true]) expected.set(placed(5, down, right, flip).join(), `${down} ${right} ${flip}`);
    }
  }
  assert.equal(expected.size, 162);
  const { images } = data.batch(new Array(rounds).fill(5), stream);
  for (let i = 0; i < rounds; i++) {
    const which = expected.get(images.subarray(i * SIZE, (i + 1) * SIZE).join());
    assert.ok(which !== undefined, `image ${i} is no crop of the padded image`);
    counts.set(which, (counts.get(which) ?? 0) + 1);
  }
  // Chi-squared over the 162 placements: mean 161, standard deviation √322; five of them above is a 1e-6 chance.
  let statistic = 0;
  for (const which of expected.values()) statistic += ((counts.get(which) ?? 0) - 100) ** 2 / 100;
  assert.ok(statistic < 161 + 5 * Math.sqrt(322), `chi-squared ${statistic}`);
});

test("the same stream gives the same batch, whatever was drawn in between elsewhere", () => {
  const first = data.batch([0, 1, 2, 3], new RandomStream(9, "augmentation"));
  const stream = new RandomStream(9, "augmentation");
  const start = stream.position;
  assert.deepEqual(data.batch([0, 1, 2, 3], stream), first);
  assert.notDeepEqual(data.batch([0, 1, 2, 3], stream), first);
  stream.position = start;
  assert.deepEqual(data.batch([0, 1, 2, 3], stream), first);
});

test("a batch refuses indices that are not there", () => {
  for (const index of [-1, 9, 1.5, Number.NaN]) {
    assert.throws(() => data.batch([0, index], null), {
      name: "UserError",
      message: `batch: index ${index} at position 1 is not among the 9 train images; use an integer from 0 to 8`,
    });
  }
  assert.throws(() => data.batch([4], null, "test"), /not among the 4 test images/);
  const untested = new ImageDataset({ ...data, test: null });
  assert.throws(() => untested.batch([0], null, "test"), /has no test images/);
});

test("take keeps the first images, and its hash differs", () => {
  const few = data.take({ train: 4, test: 0 });
  assert.equal(String(few), "Made: 4 of 9 training images, 0 of 10 test images, 6×5×2, 3 classes");
  assert.deepEqual(few.train.pixels, data.train.pixels.subarray(0, 4 * SIZE));
  assert.deepEqual(few.batch([3], null), data.batch([3], null));
  assert.throws(() => few.batch([4], null), UserError);
  assert.notEqual(few.sha256, data.sha256);
  assert.equal(data.take({}).sha256, data.sha256);
  assert.equal(data.take({ train: 4 }).test?.count, 4);
  assert.throws(() => data.take({ train: 10 }), {
    name: "UserError",
    message: "take: 10 training images; use an integer from 0 to the 9 there are",
  });
  for (const test of [-1, 0.5, 5]) assert.throws(() => data.take({ test }), UserError);
  assert.throws(() => new ImageDataset({ ...data, test: null }).take({ test: 1 }), /has no test images/);
});
