// A search on NAS-Bench-201 without a training: the table answers at once what a training would have.
import { RandomStream } from "../backend/random";
import { UserError } from "../errors";
import { requireMethod, type TabularMethod, type TabularResult } from "../methods";
import type { BenchmarkData, BenchmarkEntry, BenchmarkSplit, NasBench201Benchmark } from "./nasbench201";

export interface SimulatedRun extends TabularResult {
  readonly seed: number;
  /** What the benchmark's long training says of the best architecture. */
  readonly entry: BenchmarkEntry;
}

export interface SimulationOptions {
  readonly seed?: number;
  /** The budget; default 100. */
  readonly evaluations?: number;
  /** Any part of the method's settings. */
  readonly settings?: object;
}

/**
 * One search by the benchmark's rule (Dong & Yang, ICLR 2020, section 5): CIFAR-10's validation accuracy after 12 epochs is the
 * reward and picks the best, on whichever data set it is reported then. The paper stops after 12,000 simulated seconds; this
 * table has no training times, and 100 evaluations stand in for them.
 */
export function simulate(
  benchmark: NasBench201Benchmark,
  method: TabularMethod,
  { seed = 0, evaluations = 100, settings }: SimulationOptions = {},
): SimulatedRun {
  requireMethod(method);
  const rewards = benchmark.all("cifar10", "valid", 12);
  const stream = new RandomStream(seed, method.name);
  const result = method.search(benchmark.space, ({ index }) => rewards[index], evaluations, settings, stream);
  return { ...result, seed, entry: benchmark.query(result.best.architecture) };
}

/** A mean and the deviation around it (divided by n, as the papers' tables), in percent. */
export interface Spread {
  readonly mean: number;
  readonly std: number;
}

export type Summary = Record<BenchmarkData, Record<BenchmarkSplit, Spread>>;

/** What runs of different seeds found, on average. @throws UserError without a run. */
export function summarise(runs: readonly SimulatedRun[]): Summary {
  if (runs.length === 0) throw new UserError("summarise: there are no runs; give a list of at least one");
  const of = (data: BenchmarkData) => ({
    valid: spread(runs.map(({ entry }) => entry.accuracies[data].valid)),
    test: spread(runs.map(({ entry }) => entry.accuracies[data].test)),
  });
  return { cifar10: of("cifar10"), cifar100: of("cifar100"), imagenet16: of("imagenet16") };
}

/** Mean and standard deviation (of all values, as NumPy's). */
export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, std: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}
