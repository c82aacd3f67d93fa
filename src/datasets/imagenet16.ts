// ImageNet16-120 (Dong and Yang 2020, "NAS-Bench-201"): the first 120 classes of ImageNet downsampled to 16×16 (Chrabaszcz,
// Loshchilov and Hutter 2017, arXiv:1707.08819), whose files are pickled dictionaries of Python with an array "data"
// [n, 768] (256 red, then green, then blue bytes) and a list "labels" of numbers from 1 to 1,000.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../errors";
import { type CheckedFiles, cachedFiles } from "./cache";
import { ImageDataset, type Images } from "./image-dataset";
import { isPickledArray, type PickledArray, readPickle } from "./pickle";
import { interleavePlanes } from "./planes";
import { readWhole } from "./whole-file";

const SIDE = 16;
const IMAGE = 3 * SIDE * SIDE;
const CLASSES = 120;
const CLASSES_IN_FILES = 1000;

/** More than any official file has (98.9 MB), less than memory. */
const MOST_BYTES = 200e6;

/** With the MD5 sums that the NAS-Bench-201 authors' code checks. */
export const IMAGENET16_FILES: CheckedFiles = {
  title: "ImageNet16-120",
  folder: "imagenet16",
  md5: {
    train_data_batch_1: "27846dcaa50de8e21a7d1a35f30f0e91",
    train_data_batch_2: "c7254a054e0e795c69120a5727050e3f",
    train_data_batch_3: "4333d3df2e5ffb114b05d2ffc19b1e87",
    train_data_batch_4: "1620cdf193304f4a92677b695d70d10f",
    train_data_batch_5: "348b3c2fdbb3940c4e9e834affd3b18d",
    train_data_batch_6: "6e765307c242a1b3d7d5ef9139b48945",
    train_data_batch_7: "564926d8cbf8fc4818ba23d2faac7564",
    train_data_batch_8: "f4755871f718ccb653440b9dd0ebac66",
    train_data_batch_9: "bb6dd660c38c58552125b1a92f86b5d4",
    train_data_batch_10: "8f03f34ac4b42271a294f91bf480f29b",
    val_data: "3410e3017fdaefba8d5073aaa65e4bd6",
  },
  source:
    'image-net.org gives them to those who log in ("download downsampled image data", 16×16, as pickles): unpack them',
};

const TRAIN = Object.keys(IMAGENET16_FILES.md5).slice(0, -1);
const TEST = ["val_data"];

/**
 * ImageNet16-120: 151,700 training and 6,000 test colour images of 16×16 in 120 classes (those that the files number 1 to
 * 120, named by these numbers). The test images are ImageNet's validation images.
 * With `folder`, from the official files train_data_batch_1 … train_data_batch_10 and val_data in it; only some of them
 * are enough. Without, from the folder imagenet16 in the cache (see `cacheFolder`), or from NASLAB_DATA_MIRROR, into it.
 * @throws UserError for a folder without these files, or for a file that is damaged or holds something else; nothing that
 * a pickle asks for is ever run.
 */
export async function imagenet16(options: { folder?: string } = {}): Promise<ImageDataset> {
  const folder = options.folder === undefined ? await cachedFiles(IMAGENET16_FILES) : resolve(options.folder);
  const [train, test] = [TRAIN, TEST].map((files) => files.filter((file) => existsSync(join(folder, file))));
  if (train.length + test.length === 0) {
    throw new UserError(
      `imagenet16: "${folder}" is no folder with any of train_data_batch_1 … train_data_batch_10, val_data; ` +
        "name the folder where the official files (16×16, as pickles) were unpacked",
    );
  }
  return new ImageDataset({
    name: "imagenet16",
    title: "ImageNet16-120",
    classes: Array.from({ length: CLASSES }, (_, i) => String(i + 1)),
    shape: [SIDE, SIDE, 3],
    train: await readBatches(folder, train),
    test: test.length > 0 ? await readBatches(folder, test) : null,
    whole: { train: 151_700, test: 6_000 },
    // As the DrNAS and NAS-Bench-201 authors' code normalises and augments.
    mean: [122.68 / 255, 116.66 / 255, 104.01 / 255],
    std: [63.22 / 255, 61.26 / 255, 65.09 / 255],
    augmentation: { crop: "padded", padding: 2, cutout: 0 },
    source: folder,
  });
}

/** The images of the first 120 classes, file by file, so that no more than one file is in memory beside them. */
async function readBatches(folder: string, files: readonly string[]): Promise<Images> {
  const parts: Images[] = [];
  for (const file of files) parts.push(await readBatch(join(folder, file)));
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    pixels: Buffer.concat(parts.map(({ pixels }) => pixels)),
    labels: Uint8Array.from(parts.flatMap(({ labels }) => [...labels])),
  };
}

async function readBatch(path: string): Promise<Images> {
  const { data, labels } = contents(path, await readWhole(path, MOST_BYTES, wrong));
  const chosen = [...labels.keys()].filter((i) => labels[i] <= CLASSES);
  const pixels = new Uint8Array(chosen.length * IMAGE);
  for (const [i, record] of chosen.entries()) {
    interleavePlanes(data.bytes.subarray(record * IMAGE), pixels, i, SIDE);
  }
  return { count: chosen.length, pixels, labels: Uint8Array.from(chosen, (record) => labels[record] - 1) };
}

function contents(path: string, bytes: Uint8Array): { data: PickledArray; labels: readonly number[] } {
  const batch = unpickled(path, bytes);
  const [data, labels] = batch instanceof Map ? [batch.get("data"), batch.get("labels")] : [];
  if (!isPickledArray(data) || !Array.isArray(labels)) {
    throw wrong(path, 'it holds no dictionary with an array "data" and a list "labels"');
  }
  const [count, width] = data.shape;
  if (data.type !== "u1" || data.shape.length !== 2 || width !== IMAGE) {
    throw wrong(path, `its "data" is an array [${data.shape}] of type ${data.type}, not [n,${IMAGE}] of bytes`);
  }
  if (labels.length !== count) throw wrong(path, `it has ${count} images and ${labels.length} labels`);
  const bad = labels.findIndex((label) => !(Number.isInteger(label) && label >= 1 && label <= CLASSES_IN_FILES));
  if (bad >= 0) {
    throw wrong(
      path,
      `the label of record ${bad} (counted from 0) is ${labels[bad]}, allowed are 1 to ${CLASSES_IN_FILES}`,
    );
  }
  return { data, labels };
}

function unpickled(path: string, bytes: Uint8Array): unknown {
  try {
    return readPickle(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw wrong(path, error.message);
  }
}

function wrong(path: string, what: string): UserError {
  return new UserError(
    `imagenet16: "${path}" is damaged or no file of the downsampled ImageNet (16×16): ${what}; ` +
      "unpack the official file again",
  );
}
