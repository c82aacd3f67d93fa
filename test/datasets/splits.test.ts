import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ImageDataset, type Split } from "../../src/datasets";
import { sharedData } from "../shared-data";

/** A data set of `count` training images without pixels: a split looks at their number alone. */
function unseen(name: string, count: number): ImageDataset {
  return new ImageDataset({
    name,
    title: name,
    classes: ["a"],
    shape: [0, 0, 3],
    train: { count, pixels: new Uint8Array(0), labels: new Uint8Array(count) },
    test: null,
    whole: { train: 50_000, test: 10_000 },
    mean: [0, 0, 0],
    std: [1, 1, 1],
    source: "test",
  });
}

function assertDivides(split: Split, count: number): void {
  const all = [...split.train, ...split.valid].sort((a, b) => a - b);
  assert.deepEqual(all, [...Array(count).keys()]);
}

test("half: the first ⌊n/2⌋ training images and the rest, by index", () => {
  assert.deepEqual(unseen("cifar10", 7).split(), {
    train: Int32Array.of(0, 1, 2),
    valid: Int32Array.of(3, 4, 5, 6),
  });
  const split = unseen("other", 50_000).split("half");
  assert.deepEqual([split.train.length, split.train[24_999], split.valid[0]], [25_000, 24_999, 25_000]);
  assertDivides(split, 50_000);
});

test("nasbench201: two disjoint lists of 25,000, the first and last as published", () => {
  const { train, valid } = unseen("cifar10", 50_000).split("nasbench201");
  assert.deepEqual([train.length, valid.length], [25_000, 25_000]);
  assertDivides({ train, valid }, 50_000);
  assert.deepEqual([...train.subarray(0, 6)], [0, 5, 7, 11, 13, 15]);
  assert.deepEqual([...valid.subarray(0, 6)], [1, 2, 3, 4, 6, 8]);
  assert.deepEqual([...valid.subarray(-3)], [49_997, 49_998, 49_999]);
});

test("nasbench201 is the published file", { skip: !sharedData && "no sample data here" }, () => {
  const published = JSON.parse(readFileSync(join(sharedData!, "cifar10-nasbench201-split.txt"), "utf8"));
  const split = unseen("cifar10", 50_000).split("nasbench201");
  assert.deepEqual([...split.train], published.train[1].map(Number));
  assert.deepEqual([...split.valid], published.valid[1].map(Number));
});

/** A data set of classes in turn, the class of each image told by `label`. */
function labelled(count: number, label: (i: number) => number, classes: number): ImageDataset {
  const labels = Uint8Array.from({ length: count }, (_, i) => label(i));
  const images = { count, pixels: new Uint8Array(0), labels };
  return new ImageDataset({ ...unseen("made", count), classes: Array(classes).fill("c"), train: images });
}

test("drnas-imagenet: 10 % and another 2.5 % of each class, rounded down, drawn by the seed", () => {
  const data = labelled(3 * 1_013, (i) => i % 3, 3);
  const { train, valid } = data.split("drnas-imagenet", 7);
  for (const [part, expected] of [
    [train, 101],
    [valid, 25],
  ] as const) {
    for (const c of [0, 1, 2]) assert.equal(part.filter((i) => i % 3 === c).length, expected);
    assert.deepEqual(part, Int32Array.from(new Set(part)).sort(), "ascending, each once");
  }
  assert.ok(valid.every((i) => !train.includes(i)));
  assert.deepEqual(data.split("drnas-imagenet", 7), { train, valid });
  assert.notDeepEqual(data.split("drnas-imagenet", 8).train, train);
  assert.deepEqual(data.split("drnas-imagenet"), data.split("drnas-imagenet", 0));
  // All are equally likely: of 1,000 images in 400 draws each is chosen 50 times, deviation √(400 · ⅛ · ⅞) = 6.6.
  const alone = labelled(1_000, () => 0, 1);
  const chosen = new Array(1_000).fill(0);
  for (let seed = 0; seed < 400; seed++) {
    const split = alone.split("drnas-imagenet", seed);
    for (const i of [...split.train, ...split.valid]) chosen[i]++;
  }
  assert.ok(Math.max(...chosen) < 50 + 5.5 * 6.6 && Math.min(...chosen) > 50 - 5.5 * 6.6);
});

test("drnas-imagenet refuses classes of which 2.5 % are none", () => {
  assert.throws(() => labelled(79, (i) => i % 2, 2).split("drnas-imagenet"), {
    name: "UserError",
    message: /takes 10 % and 2\.5 % of each class, and of class "c" there are 39 images; use classes of at least 40/,
  });
});

test("nasbench201 is refused for anything but the whole of CIFAR-10, and so is another kind", () => {
  const refused = { name: "UserError", message: /use split\("half"\)/ };
  assert.throws(() => unseen("cifar10", 49_999).split("nasbench201"), refused);
  assert.throws(() => unseen("fashion-mnist", 50_000).split("nasbench201"), refused);
  assert.throws(() => unseen("cifar10", 4).split("thirds" as never), {
    name: "UserError",
    message: 'split: unknown kind "thirds"; use "half", "nasbench201" or "drnas-imagenet"',
  });
});
