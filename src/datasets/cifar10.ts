// CIFAR-10 (Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images") in its official binary format:
// records of 3,073 bytes, a label and then 1,024 red, 1,024 green and 1,024 blue bytes, each row by row.
import { existsSync, promises as fs, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../errors";
import { type Archive, cachedFolder } from "./cache";
import { ImageDataset, type Images } from "./image-dataset";

const TRAIN_FILES = [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`);
const TEST_FILES = ["test_batch.bin"];
const NAMES_FILE = "batches.meta.txt";
const SUBFOLDER = "cifar-10-batches-bin";

const SIDE = 32;
const PLANE = SIDE * SIDE;
const RECORD = 1 + 3 * PLANE;
const RECORDS_IN_FILE = 10_000;

const CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

/** The official archive. The site publishes its MD5, c32a1d4ab5d03f1284b67883e8d87530; this is its SHA-256. */
export const CIFAR10_ARCHIVE: Archive = {
  title: "CIFAR-10",
  file: "cifar-10-binary.tar.gz",
  site: "https://www.cs.toronto.edu/~kriz",
  sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
  folder: SUBFOLDER,
  contents: [...TRAIN_FILES, ...TEST_FILES, NAMES_FILE],
};

/**
 * CIFAR-10: 50,000 training and 10,000 test colour images of 32×32 in 10 classes.
 * With `folder`, from the official binary files in it or in its sub-folder cifar-10-batches-bin; only some of the files
 * are enough, and a file may hold fewer records. Without, from the cache (see `cacheFolder`), where the official
 * archive is downloaded on first use.
 * @throws UserError for a folder without these files, for a damaged file, or if the download fails.
 */
export async function cifar10(options: { folder?: string } = {}): Promise<ImageDataset> {
  return readCifar10(options.folder === undefined ? await cachedFolder(CIFAR10_ARCHIVE) : options.folder);
}

async function readCifar10(given: string): Promise<ImageDataset> {
  const folder = folderOfBatches(resolve(given));
  const testFiles = TEST_FILES.filter((file) => existsSync(join(folder, file)));
  return new ImageDataset({
    name: "cifar10",
    title: "CIFAR-10",
    classes: await classNames(folder),
    shape: [SIDE, SIDE, 3],
    train: await readRecords(
      folder,
      TRAIN_FILES.filter((file) => existsSync(join(folder, file))),
    ),
    test: testFiles.length > 0 ? await readRecords(folder, testFiles) : null,
    whole: { train: TRAIN_FILES.length * RECORDS_IN_FILE, test: TEST_FILES.length * RECORDS_IN_FILE },
    // As the DARTS and DrNAS authors' code normalises.
    mean: [0.49139968, 0.48215827, 0.44653124],
    std: [0.24703233, 0.24348505, 0.26158768],
    source: folder,
  });
}

function folderOfBatches(given: string): string {
  const wanted = [...TRAIN_FILES, ...TEST_FILES];
  for (const folder of [given, join(given, SUBFOLDER)]) {
    if (wanted.some((file) => existsSync(join(folder, file)))) return folder;
  }
  const remedy = `name the folder where ${CIFAR10_ARCHIVE.file} (the binary version) was unpacked`;
  if (!existsSync(given)) throw new UserError(`cifar10: there is no folder "${given}"; ${remedy}`);
  if (!statSync(given).isDirectory()) throw new UserError(`cifar10: "${given}" is a file, not a folder; ${remedy}`);
  const hasPythonVersion = [given, join(given, "cifar-10-batches-py")].some((f) => existsSync(join(f, "data_batch_1")));
  throw new UserError(
    `cifar10: "${given}" is not a CIFAR-10 folder: neither it nor its ${SUBFOLDER} holds any of ` +
      `data_batch_1.bin … data_batch_5.bin, test_batch.bin` +
      `${hasPythonVersion ? " (it holds the Python version, which is not read)" : ""}; ${remedy}`,
  );
}

async function classNames(folder: string): Promise<readonly string[]> {
  const path = join(folder, NAMES_FILE);
  if (!existsSync(path)) return CLASSES;
  const names = (await fs.readFile(path, "utf8")).split(/\r?\n/).filter((line) => line.trim() !== "");
  if (names.length === CLASSES.length) return names;
  throw new UserError(
    `cifar10: "${path}" names ${names.length} classes, CIFAR-10 has ${CLASSES.length}; ` +
      "unpack the official file again, or delete it (the names are known without it)",
  );
}

/** Reads the records of the files, in their order, and turns planes (CHW) into pixels (HWC). */
async function readRecords(folder: string, files: readonly string[]): Promise<Images> {
  const counts = files.map((file) => recordsIn(join(folder, file)));
  const count = counts.reduce((sum, n) => sum + n, 0);
  const pixels = new Uint8Array(count * 3 * PLANE);
  const labels = new Uint8Array(count);
  let image = 0;
  for (const [f, file] of files.entries()) {
    const bytes = await fs.readFile(join(folder, file));
    for (let record = 0; record < counts[f]; record++, image++) {
      const start = record * RECORD;
      const label = bytes[start];
      if (label >= CLASSES.length) throw wrongLabel(join(folder, file), record, label);
      labels[image] = label;
      interleavePlanes(bytes, start + 1, pixels, image * 3 * PLANE);
    }
  }
  return { count, pixels, labels };
}

function recordsIn(path: string): number {
  const { size } = statSync(path);
  const records = size / RECORD;
  const found = `"${path}" has ${size.toLocaleString("en")} bytes`;
  const remedy = "copy or unpack the official file again";
  if (size === 0 || !Number.isInteger(records)) {
    throw new UserError(
      `cifar10: truncated file or not a CIFAR-10 file: ${found}, not a whole number of records of 3,073 ` +
        `(${Math.floor(records).toLocaleString("en")} records and ${size % RECORD} bytes); ${remedy}`,
    );
  }
  if (records > RECORDS_IN_FILE) {
    throw new UserError(`cifar10: not a CIFAR-10 file: ${found}, more than 10,000 records of 3,073; ${remedy}`);
  }
  return records;
}

function interleavePlanes(planes: Uint8Array, from: number, pixels: Uint8Array, to: number): void {
  for (let i = 0; i < PLANE; i++) {
    pixels[to + 3 * i] = planes[from + i];
    pixels[to + 3 * i + 1] = planes[from + PLANE + i];
    pixels[to + 3 * i + 2] = planes[from + 2 * PLANE + i];
  }
}

function wrongLabel(path: string, record: number, label: number): UserError {
  return new UserError(
    `cifar10: wrong label ${label} in record ${record} (counted from 0) of "${path}", allowed are 0 to 9: ` +
      "damaged, or not a CIFAR-10 file; copy or unpack the official file again",
  );
}
