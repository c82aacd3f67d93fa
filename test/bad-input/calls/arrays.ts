// Images out of arrays and tensors, and what is asked of a data set.
import { datasets, RandomStream, tf } from "../../../src";
import type { FromArraysOptions } from "../../../src/datasets/from-arrays";
import type { Said } from "../said";
import { says } from "../said";
import { type CallCase, refused } from "./call-case";
import { images } from "./images";

const plain = { train: { images: new Uint8Array(2 * 4), labels: [0, 1] }, shape: [2, 2, 1] } as const;

const made = (name: string, changes: object, said: Said): CallCase =>
  refused(`fromArrays with ${name}`, () => datasets.fromArrays({ ...plain, ...changes } as FromArraysOptions), said);

const train = (changes: object) => ({ train: { ...plain.train, ...changes } });

export const arrays: readonly CallCase[] = [
  made("no shape", { shape: undefined }, says(null, "give the shape", "such as shape: [32, 32, 3]")),
  made(
    "four channels",
    { shape: [2, 2, 4] },
    says("[2,2,4]", "shape", "give [height, width, 1] or [height, width, 3]"),
  ),
  made("a negative shape", { shape: [-2, 2, 1] }, says("[-2,2,1]", "shape", "give [height, width, 1]")),
  made("half an image", train({ images: new Uint8Array(6) }), says("6", "train.images", "give all the same shape")),
  made("a label too few", train({ labels: [0] }), says("1 labels", "train", "give each image one label")),
  made("a label below 0", train({ labels: [0, -1] }), says("-1", "train.labels[1]", "give a whole number from 0")),
  made(
    "a label that is none",
    train({ labels: [0, 0.5] }),
    says("0.5", "train.labels[1]", "give a whole number from 0"),
  ),
  made("a label of no class", { classes: ["a"] }, says("1", "train.labels[1]", "from 0 to 0")),
  made(
    "a label of 2^40",
    train({ labels: [0, 2 ** 40] }),
    says("1099511627776", "label", "number the classes from 0 on"),
  ),
  made("a byte of 256", train({ images: [0, 0, 0, 256, 0, 0, 0, 0] }), says("256", "train.images", "from 0 to 255")),
  made(
    "a pixel of NaN",
    train({ images: new Float32Array(8).fill(Number.NaN) }),
    says("NaN", "train.images", "from 0 to 1"),
  ),
  made("a tensor of two axes", train({ images: tf.zeros([2, 4]) }), says("[4]", "shape", "give [height, width, 1]")),
  made("no images", { train: { images: [], labels: [] } }, says(null, "train has no images", "give at least one")),
  made("two means of one channel", { mean: [0, 0] }, says("[0,0]", "mean", "give one number for each of 1 channels")),
  made("a deviation of 0", { std: [0] }, says("[0]", "std", "give one positive number")),
  made(
    "another crop",
    { augmentation: { crop: "round" } },
    says('"round"', "augmentation", 'use "padded" or "resized"'),
  ),
  made("a resized crop", { augmentation: { crop: "resized" } }, says('"resized"', "augmentation", 'use "padded"')),
  made(
    "half a pixel of padding",
    { augmentation: { padding: 0.5 } },
    says("0.5", "padding", "use an integer from 0 on"),
  ),
  refused(
    "take of too many",
    () => images().take({ train: 9 }),
    says("9 training", "take", "from 0 to the 8 there are"),
  ),
  refused("take of test images", () => images().take({ test: 1 }), says(null, "take", "leave test out")),
  refused("a batch of no image", () => images().batch([8], null), says("8", "index 8 at position 0", "from 0 to 7")),
  refused("a batch of test images", () => images().batch([0], null, "test"), says(null, "batch", 'use part "train"')),
  refused(
    "a negative cutout",
    () => images().augmented({ cutout: -1 }),
    says("-1", "cutout", "use an integer from 0 on"),
  ),
  refused("another split", () => images().split("thirds" as "half"), says('"thirds"', "split", 'use "half"')),
  refused("NAS-Bench-201's split", () => images().split("nasbench201"), says("own data", "split", 'use split("half")')),
  refused("the split of ImageNet", () => images().split("drnas-imagenet"), says("4 images", '"0"', 'split("half")')),
  refused("a seed that is none", () => new RandomStream(0.5), says("0.5", "seed", "must be an integer"), "RangeError"),
];
