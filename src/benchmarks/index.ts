import type { SearchSpace } from "../spaces";
import type { Benchmark } from "./benchmark";
import { NasBenchMacro } from "./nasbench-macro";
import { NasBench201Benchmark } from "./nasbench201";

export { Benchmark, type BenchmarkData, BenchmarkEntry, type BenchmarkSplit, type Table } from "./benchmark";
export type { NasBenchMacro } from "./nasbench-macro";
export type { NasBench201Benchmark } from "./nasbench201";
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

/** Tabular benchmarks: accuracies of architectures that others have trained. */
export const benchmarks = {
  /** NAS-Bench-201: all 15,625 architectures on CIFAR-10, CIFAR-100 and ImageNet16-120. */
  nasBench201: () => nasBench201,
  /** NAS-Bench-Macro: all 6,561 networks on CIFAR-10. */
  nasBenchMacro: () => nasBenchMacro,
};

/** The benchmark inside the package that has trained a space's architectures; null: none has. */
export const benchmarkOf = (space: SearchSpace): Benchmark | null =>
  [nasBench201, nasBenchMacro].find((benchmark) => benchmark.space === space) ?? null;
