// The official binary format of CIFAR-10 and CIFAR-100 (Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny
// Images"): records of a label or two, then 1,024 red, 1,024 green and 1,024 blue bytes, each row by row.
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../errors";
import { type Archive, cachedFolder } from "./cache";
import { ImageDataset, type Images } from "./image-dataset";
import { interleavePlanes } from "./planes";
import { readWhole } from "./whole-file";

const SIDE = 32;
const IMAGE = 3 * SIDE * SIDE;

/** The official files of names have a few hundred. */
const MOST_NAMES_BYTES = 1e5;

/** One of the two data sets. */
export interface Cifar {
  /** As the command line and the errors name it. */
  readonly name: string;
  readonly archive: Archive;
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** How many records each official file has. */
  readonly records: { readonly train: number; readonly test: number };
  /** The labels that begin a record, each with its number of classes; the last one is the image's class. */
  readonly labels: readonly number[];
  readonly classes: readonly string[];
  /** The file of the names of the classes. */
  readonly names: string;
  /** A file that tells the Python version, and the folder where it lies. */
  readonly python: { readonly file: string; readonly folder: string };
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * Reads the data set from the official files in `folder` or in the sub-folder that the archive unpacks into; without a
 * folder from the cache, where the archive is downloaded on first use.
 * @throws UserError for a folder without these files, for a damaged file, or if the download fails.
 */
export async function readCifar(cifar: Cifar, given: string | undefined): Promise<ImageDataset> {
  const folder = given === undefined ? await cachedFolder(cifar.archive) : folderOf(cifar, resolve(given));
  const there = (files: readonly string[]) => files.filter((file) => existsSync(join(folder, file)));
  const testFiles = there(cifar.test);
  return new ImageDataset({
    name: cifar.name,
    title: cifar.archive.title,
    classes: await classNames(cifar, folder),
    shape: [SIDE, SIDE, 3],
    train: await readRecords(cifar, folder, there(cifar.train), cifar.records.train),
    test: testFiles.length > 0 ? await readRecords(cifar, folder, testFiles, cifar.records.test) : null,
    whole: {
      train: cifar.train.length * cifar.records.train,
      test: cifar.test.length * cifar.records.test,
    },
    mean: cifar.mean,
    std: cifar.std,
    source: folder,
  });
}

function folderOf({ name, archive, train, test, python }: Cifar, given: string): string {
  const wanted = [...train, ...test];
  for (const folder of [given, join(given, archive.folder)]) {
    if (wanted.some((file) => existsSync(join(folder, file)))) return folder;
  }
  const remedy = `name the folder where ${archive.file} (the binary version) was unpacked`;
  if (!existsSync(given)) throw new UserError(`${name}: there is no folder "${given}"; ${remedy}`);
  if (!statSync(given).isDirectory()) throw new UserError(`${name}: "${given}" is a file, not a folder; ${remedy}`);
  const hasPythonVersion = [given, join(given, python.folder)].some((f) => existsSync(join(f, python.file)));
  const list = train.length > 1 ? `${train[0]} … ${train.at(-1)}, ${test}` : wanted.join(", ");
  throw new UserError(
    `${name}: "${given}" is not a ${archive.title} folder: neither it nor its ${archive.folder} holds any of ${list}` +
      `${hasPythonVersion ? " (it holds the Python version, which is not read)" : ""}; ${remedy}`,
  );
}

async function classNames({ name, archive, classes, ...cifar }: Cifar, folder: string): Promise<readonly string[]> {
  const path = join(folder, cifar.names);
  if (!existsSync(path)) return classes;
  const wrong = (file: string, what: string) =>
    new UserError(
      `${name}: "${file}" holds no names of classes: ${what}; ` +
        "unpack the official file again, or delete it (the names are known without it)",
    );
  const found = (await readWhole(path, MOST_NAMES_BYTES, wrong)).toString().split(/\r?\n/);
  const names = found.filter((line) => line.trim() !== "");
  if (names.length === classes.length) return names;
  throw wrong(path, `it names ${names.length} of ${classes.length} classes`);
}

/** Reads the records of the files, in their order, and turns planes (CHW) into pixels (HWC). */
async function readRecords(cifar: Cifar, folder: string, files: readonly string[], most: number): Promise<Images> {
  const { name, archive, labels: kinds } = cifar;
  const damaged = (path: string, what: string) =>
    new UserError(`${name}: "${path}" is no ${archive.title} file: ${what}; copy or unpack the official file again`);
  const counts = files.map((file) => recordsIn(cifar, join(folder, file), most));
  const count = counts.reduce((sum, n) => sum + n, 0);
  const pixels = new Uint8Array(count * IMAGE);
  const labels = new Uint8Array(count);
  let image = 0;
  for (const [f, file] of files.entries()) {
    const bytes = await readWhole(join(folder, file), most * (kinds.length + IMAGE), damaged);
    if (bytes.length !== counts[f] * (kinds.length + IMAGE)) throw damaged(join(folder, file), "it is being changed");
    for (let record = 0; record < counts[f]; record++, image++) {
      const start = record * (kinds.length + IMAGE);
      for (const [k, classes] of kinds.entries()) {
        const label = bytes[start + k];
        if (label >= classes) throw wrongLabel(cifar, join(folder, file), record, label, classes);
        labels[image] = label;
      }
      interleavePlanes(bytes.subarray(start + kinds.length), pixels, image, SIDE);
    }
  }
  return { count, pixels, labels };
}

function recordsIn({ name, archive, labels }: Cifar, path: string, most: number): number {
  const size = labels.length + IMAGE;
  const bytes = statSync(path).size;
  const records = bytes / size;
  const found = `"${path}" has ${number(bytes)} bytes`;
  const remedy = "copy or unpack the official file again";
  if (bytes === 0 || !Number.isInteger(records)) {
    throw new UserError(
      `${name}: truncated file or not a ${archive.title} file: ${found}, not a whole number of records of ${number(size)} ` +
        `(${number(Math.floor(records))} records and ${bytes % size} bytes); ${remedy}`,
    );
  }
  if (records > most) {
    throw new UserError(
      `${name}: not a ${archive.title} file: ${found}, more than ${number(most)} records of ${number(size)}; ${remedy}`,
    );
  }
  return records;
}

function wrongLabel({ name, archive }: Cifar, path: string, record: number, label: number, classes: number): UserError {
  return new UserError(
    `${name}: wrong label ${label} in record ${record} (counted from 0) of "${path}", allowed are 0 to ${classes - 1}: ` +
      `damaged, or not a ${archive.title} file; copy or unpack the official file again`,
  );
}

function number(value: number): string {
  return value.toLocaleString("en");
}
