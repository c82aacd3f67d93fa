import type { SearchSpace } from "../spaces";
import { NasBench201Benchmark } from "./nasbench201";

export {
  type BenchmarkData,
  BenchmarkEntry,
  type BenchmarkEpochs,
  type BenchmarkSplit,
  NasBench201Benchmark,
} from "./nasbench201";
export { type SimulatedRun, type SimulationOptions, type Summary, simulate, spread, summarise } from "./simulate";

const nasBench201 = new NasBench201Benchmark();

/** Tabular benchmarks: accuracies of architectures that others have trained. */
export const benchmarks = {
  /** NAS-Bench-201: all 15,625 architectures on CIFAR-10, CIFAR-100 and ImageNet16-120. */
  nasBench201: () => nasBench201,
};

/** The benchmark that has trained a space's architectures; null: none has. */
export const benchmarkOf = (space: SearchSpace): NasBench201Benchmark | null =>
  nasBench201.space === space ? nasBench201 : null;
