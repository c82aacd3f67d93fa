import type { SearchSpace } from "../spaces";
import type { Benchmark } from "./benchmark";
import { NasBenchMacro } from "./nasbench-macro";
import { NasBench101 } from "./nasbench101";
import { NasBench201Benchmark } from "./nasbench201";
import { NasBench201Files } from "./nasbench201-files";
import { OneShot1Benchmark } from "./one-shot";

export { Benchmark, type BenchmarkData, BenchmarkEntry, type BenchmarkSplit } from "./benchmark";
export type { NasBenchMacro } from "./nasbench-macro";
export type { NasBench101, NasBench101Entry, NasBench101Evaluation, NasBench101Training } from "./nasbench101";
export type { NasBench201Benchmark } from "./nasbench201";
export type { NasBench201Files } from "./nasbench201-files";
export { type Curve, type NasBench201Set, type NasBench201Training, NasBench201Trainings } from "./nasbench201-results";
export type { OneShot1Benchmark } from "./one-shot";
export {
  type PrintedValue,
  type PublishedRow,
  PublishedTable,
  publishedTables,
} from "./published-tables";
export {
  type SimulatedRun,
  type SimulationOptions,
  type Spread,
  type Summary,
  simulate,
  spread,
  summarise,
} from "./simulate";

const nasBench201 = new NasBench201Benchmark();
const nasBenchMacro = new NasBenchMacro();

function nasBench201Of(): NasBench201Benchmark;
function nasBench201Of(files: { readonly folder: string } | { readonly file: string }): Promise<NasBench201Files>;
function nasBench201Of(files?: { readonly folder: string } | { readonly file: string }) {
  if (files === undefined) return nasBench201;
  const named = Object(files); // whatever is given: what it does not name is refused
  return "file" in named ? NasBench201Files.file(named.file) : NasBench201Files.folder(named.folder);
}

/** Tabular benchmarks: accuracies of architectures that others have trained. */
export const benchmarks = {
  /**
   * NAS-Bench-201: all 15,625 architectures on CIFAR-10, CIFAR-100 and ImageNet16-120. With official files also the curves and times of
   * every training: NATS-Bench's topology folder, or NAS-Bench-201's own file.
   */
  nasBench201: nasBench201Of,
  /** NAS-Bench-101 from its own file, asked by matrix and operations. @throws UserError that says where the file is to be had. */
  nasBench101: (official: { readonly file: string }): Promise<NasBench101> => NasBench101.open(official?.file),
  /** NAS-Bench-1Shot1's spaces, from NAS-Bench-101's file. @throws UserError unless it is 1, 2 or 3, or as `nasBench101`. */
  oneShot1: (number: 1 | 2 | 3, official: { readonly file: string }): Promise<OneShot1Benchmark> =>
    OneShot1Benchmark.open(number, official?.file),
  /** NAS-Bench-Macro: all 6,561 networks on CIFAR-10. */
  nasBenchMacro: () => nasBenchMacro,
};

/** The benchmark inside the package that has trained a space's architectures; null: none has. */
export const benchmarkOf = (space: SearchSpace): Benchmark | null =>
  [nasBench201, nasBenchMacro].find((benchmark) => benchmark.space === space) ?? null;
