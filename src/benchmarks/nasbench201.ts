// NAS-Bench-201's tabulated accuracies (Dong & Yang, ICLR 2020): every architecture of the space, trained on three data sets.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { refused, UserError } from "../errors";
import { packageRoot } from "../root";
import type { Architecture, NasBench201 } from "../spaces";
import { spaces } from "../spaces";

export type BenchmarkData = "cifar10" | "cifar100" | "imagenet16";
export type BenchmarkSplit = "valid" | "test";
/** 200 epochs: the mean over up to three seeds; 12: the benchmark's short training. */
export type BenchmarkEpochs = 200 | 12;

const DATA: readonly BenchmarkData[] = ["cifar10", "cifar100", "imagenet16"];
const SPLITS: readonly BenchmarkSplit[] = ["valid", "test"];
/** In the package. */
const TABLE = join(packageRoot, "data/nasbench201-accuracies.bin.gz");

const EPOCHS: readonly BenchmarkEpochs[] = [200, 12];

/** The columns of the file, in its order. */
const COLUMNS = EPOCHS.flatMap((epochs) => DATA.flatMap((data) => SPLITS.map((split) => `${data}/${split}/${epochs}`)));

export type Table = Readonly<Record<BenchmarkData, Readonly<Record<BenchmarkSplit, number>>>>;

/** What the benchmark knows of an architecture. */
export class BenchmarkEntry {
  constructor(
    readonly architecture: Architecture,
    readonly epochs: BenchmarkEpochs,
    /** In percent. */
    readonly accuracies: Table,
    /** Among all architectures: 1 is the best; equal accuracies share the better rank. */
    readonly rank: Table,
  ) {}
}

/** All accuracies, read when first asked for. There is one instance, `benchmarks.nasBench201()`. */
export class NasBench201Benchmark {
  readonly title = "NAS-Bench-201";
  readonly space: NasBench201 = spaces.nasBench201();
  #columns: ReadonlyMap<string, Float64Array> | null = null;

  /** The architecture's accuracies and ranks. */
  query(architecture: Architecture, { epochs = 200 }: { epochs?: BenchmarkEpochs } = {}): BenchmarkEntry {
    const { index } = architecture;
    const table = (value: (all: Float64Array) => number): Table => {
      const splits = (data: BenchmarkData) => ({
        valid: value(this.all(data, "valid", epochs)),
        test: value(this.all(data, "test", epochs)),
      });
      return { cifar10: splits("cifar10"), cifar100: splits("cifar100"), imagenet16: splits("imagenet16") };
    };
    const better = (all: Float64Array) =>
      all.reduce((count, accuracy) => (accuracy > all[index] ? count + 1 : count), 0);
    return new BenchmarkEntry(
      architecture,
      epochs,
      table((all) => all[index]),
      table((all) => 1 + better(all)),
    );
  }

  /**
   * The accuracies of all architectures in percent, by index.
   * @throws UserError if there is no such column.
   */
  all(data: BenchmarkData, split: BenchmarkSplit, epochs: BenchmarkEpochs = 200): Float64Array {
    this.#columns ??= readColumns(TABLE, this.space.size);
    const column = this.#columns.get(`${data}/${split}/${epochs}`);
    if (!column) {
      throw new UserError(
        `NasBench201Benchmark: no accuracies of "${data}", "${split}", ${epochs} epochs; there are ${DATA.join(", ")}; ${SPLITS.join(", ")}; ${EPOCHS.join(", ")} epochs.`,
      );
    }
    return column;
  }

  /** The architecture of the highest accuracy; the first in the benchmark's order among equals. */
  best(data: BenchmarkData, split: BenchmarkSplit, epochs: BenchmarkEpochs = 200): Architecture {
    const all = this.all(data, split, epochs);
    return this.space.at(all.reduce((best, accuracy, index) => (accuracy > all[best] ? index : best), 0));
  }
}

/**
 * The columns of the table in a file.
 * @param size architectures of the space.
 * @throws UserError if it cannot be read, or is another file; it is not unpacked further than the table is long.
 */
export function readColumns(path: string, size: number): ReadonlyMap<string, Float64Array> {
  const remedy = "install NASLab again, or take the file from its repository";
  const file = unpacked(path, 4 * COLUMNS.length * size, remedy);
  if (file.length !== 4 * COLUMNS.length * size)
    throw new UserError(`"${path}" holds ${file.length} bytes, the table has ${4 * COLUMNS.length * size}; ${remedy}`);
  const column = (k: number) =>
    Float64Array.from({ length: size }, (_, index) => file.readInt32LE(4 * (k * size + index)) / 10_000);
  return new Map(COLUMNS.map((name, k) => [name, column(k)]));
}

function unpacked(path: string, most: number, remedy: string): Buffer {
  try {
    return gunzipSync(readFileSync(path), { maxOutputLength: most });
  } catch (error) {
    throw refused(error, `"${path}" is not NAS-Bench-201's table: ${(error as Error).message}`, remedy);
  }
}
