// A search without a training: a benchmark answers at once what a training would have, and how long that would have taken.
import { RandomStream } from "../backend/random";
import { UserError } from "../errors";
import { requireMethod, type TabularMethod, type TabularResult } from "../methods";
import type { Architecture } from "../spaces";
import type { Benchmark, BenchmarkEntry } from "./benchmark";

export interface SimulatedRun<Data extends string = string, Split extends string = string> extends TabularResult {
  readonly seed: number;
  /** What the benchmark's long training says of the best architecture. */
  readonly entry: BenchmarkEntry<Data, Split>;
}

export interface SimulationOptions {
  readonly seed?: number;
  /** The budget; default 100. */
  readonly evaluations?: number;
  /** The budget in place of a number of evaluations: simulated seconds of training and validating. An evaluation that would end later does not count. */
  readonly seconds?: number;
  /** Any part of the method's settings. */
  readonly settings?: object;
}

/**
 * One search by the benchmark's rule. On NAS-Bench-201 (Dong & Yang, ICLR 2020, section 5) CIFAR-10's validation accuracy after 12
 * epochs is the reward and picks the best, on whichever data set it is reported then; the paper stops after 12,000 simulated seconds.
 * The table inside the package has no training times, and 100 evaluations stand in for them; the official files have them.
 * @throws UserError for a budget that makes no sense, and for one of seconds where the benchmark knows no times, or one that is none.
 */
export function simulate<Data extends string, Split extends string>(
  benchmark: Benchmark<Data, Split>,
  method: TabularMethod,
  { seed = 0, evaluations, seconds, settings }: SimulationOptions = {},
): SimulatedRun<Data, Split> {
  requireMethod(method);
  if (evaluations !== undefined && seconds !== undefined)
    throw new UserError(
      `simulate: ${evaluations} evaluations and ${seconds} seconds are two budgets; give one of them`,
    );
  const stream = new RandomStream(seed, method.name);
  const budget = seconds === undefined ? (evaluations ?? 100) : { seconds, of: timesOf(benchmark) };
  const evaluate = benchmark.evaluate.bind(benchmark);
  const result = method.search(benchmark.space, evaluate, budget, settings, stream);
  return { ...result, seed, entry: benchmark.query(result.best.architecture) };
}

const timesOf = (benchmark: Pick<Benchmark, "title" | "seconds">) => (architecture: Architecture) => {
  const seconds = benchmark.seconds(architecture);
  if (seconds === null)
    throw new UserError(
      `simulate: ${benchmark.title} knows no training times here; give { evaluations }, or open a benchmark's official files (docs/benchmarks.md)`,
    );
  return seconds;
};

/** A mean and the deviation around it (divided by n, as the papers' tables), in percent. */
export interface Spread {
  readonly mean: number;
  readonly std: number;
}

export type Summary<Data extends string = string, Split extends string = string> = Readonly<
  Record<Data, Readonly<Record<Split, Spread>>>
>;

/** What runs of different seeds on a benchmark found, on average. @throws UserError without a run. */
export function summarise<Data extends string, Split extends string>(
  runs: readonly SimulatedRun<Data, Split>[],
): Summary<Data, Split> {
  if (runs.length === 0) throw new UserError("summarise: there are no runs; give a list of at least one");
  const { benchmark } = runs[0].entry;
  return benchmark.tabulate((data, split) => spread(runs.map(({ entry }) => entry.accuracies[data][split])));
}

/** Mean and standard deviation (of all values, as NumPy's). */
export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, std: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}
