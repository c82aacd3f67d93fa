// NAS-Bench-201's tabulated accuracies (Dong & Yang, ICLR 2020): every architecture of the space, trained on three data sets.
import { join } from "node:path";
import { packageRoot } from "../root";
import type { Architecture, NasBench201 } from "../spaces";
import { spaces } from "../spaces";
import { Benchmark, type BenchmarkData, type BenchmarkSplit } from "./benchmark";
import { type PackedTable, readColumns } from "./packed-table";

const DATA: readonly BenchmarkData[] = ["cifar10", "cifar100", "imagenet16"];
const SPLITS: readonly BenchmarkSplit[] = ["valid", "test"];
/** 200: the mean over up to three seeds; 12: the benchmark's short training. */
const EPOCHS: readonly number[] = [200, 12];

const nameOf = (data: BenchmarkData, split: BenchmarkSplit, epochs: number) => `${data}/${split}/${epochs}`;

/** In the package. */
export const nasBench201Table: PackedTable = {
  path: join(packageRoot, "data/nasbench201-accuracies.bin.gz"),
  title: "NAS-Bench-201",
  size: spaces.nasBench201().size,
  columns: EPOCHS.flatMap((epochs) => DATA.flatMap((data) => SPLITS.map((split) => nameOf(data, split, epochs)))),
  type: "int32",
  percent: 10_000,
};

/** All accuracies, read when first asked for. There is one instance, `benchmarks.nasBench201()`. */
export class NasBench201Benchmark extends Benchmark<BenchmarkData, BenchmarkSplit> {
  readonly title = "NAS-Bench-201";
  readonly space: NasBench201 = spaces.nasBench201();
  readonly data = DATA;
  readonly splits = SPLITS;
  readonly epochs = EPOCHS;
  /** The benchmark's own rule (section 5 of its paper). */
  readonly reward = { data: "cifar10", split: "valid", epochs: 12 } as const;
  readonly size = this.space.size;
  #columns: ReadonlyMap<string, Float64Array> | null = null;

  at(index: number): Architecture {
    return this.space.at(index);
  }

  protected column(data: BenchmarkData, split: BenchmarkSplit, epochs: number): Float64Array | undefined {
    this.#columns ??= readColumns(nasBench201Table);
    return this.#columns.get(nameOf(data, split, epochs));
  }

  protected accuracy({ index }: Architecture, data: BenchmarkData, split: BenchmarkSplit, epochs: number): number {
    return this.column(data, split, epochs)![index];
  }
}
