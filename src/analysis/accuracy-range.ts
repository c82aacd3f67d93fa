// How good the architectures are that a distribution gives, as it narrows (DrNAS, figure 1): by a benchmark, epoch after epoch.
import { RandomStream } from "../backend";
import { benchmarkOf } from "../benchmarks";
import { CellDistribution, distributionOf } from "../distributions";
import { UserError } from "../errors";
import type { EpochRecord, SearchRun } from "../trainer";
import { drawArchitecture } from "./draw";

export interface AccuracyRangeOptions {
  /** Architectures drawn after each epoch; 100 by default, as in the paper. */
  readonly samples?: number;
  /** Of the draws; the run's own by default. */
  readonly seed?: number;
  /** Of the benchmark's accuracies; "test" by default. */
  readonly split?: string;
}

export interface AccuracyRangeRow {
  readonly epoch: number;
  /** The data set that the benchmark's accuracies are of. */
  readonly data: string;
  /** The lowest and the highest accuracy of the draws and their mean, in percent. */
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  /** Of the architecture that the mean weights give. */
  readonly architecture: number;
  /** How many of the draws differ. */
  readonly distinct: number;
}

/**
 * After each epoch of a run, from its records: a row a data set.
 * @throws UserError where no benchmark has trained the space's architectures, before the first epoch, and for no sample.
 */
export function accuracyRange(
  run: SearchRun,
  { samples = 100, seed = run.settings.seed, split = "test" }: AccuracyRangeOptions = {},
): AccuracyRangeRow[] {
  const { space, history } = run;
  const benchmark = benchmarkOf(space);
  if (!benchmark) throw new UserError(`accuracyRange: no benchmark has trained the architectures of ${space.title}`);
  if (!(Number.isInteger(samples) && samples > 0))
    throw new UserError(`accuracyRange: samples must be a positive whole number, got ${samples}`);
  if (!benchmark.splits.includes(split))
    throw new UserError(
      `accuracyRange: ${benchmark.title} has no split "${split}"; use ${benchmark.splits.join(" or ")}`,
    );
  if (history.length === 0)
    throw new UserError("accuracyRange: the run has no finished epoch yet; run a stage of it first");
  const random = new RandomStream(seed, "accuracy range");
  return Array.from(history).flatMap((record) => {
    const distribution = learnt(run, record);
    const stream = random.split(record.epoch);
    const drawn = Array.from({ length: samples }, () => drawArchitecture(distribution, space, stream));
    const distinct = new Set(drawn.map(({ key }) => key)).size;
    const own = space.parse(record.architecture);
    return benchmark.data.map((data): AccuracyRangeRow => {
      const found = drawn.map((architecture) => benchmark.accuracyOf(architecture, data, split));
      return {
        epoch: record.epoch,
        data,
        low: Math.min(...found),
        high: Math.max(...found),
        mean: found.reduce((sum, accuracy) => sum + accuracy, 0) / samples,
        architecture: benchmark.accuracyOf(own, data, split),
        distinct,
      };
    });
  });
}

/** The distribution as it was after an epoch. */
const learnt = ({ space }: SearchRun, { rows, kept }: EpochRecord): CellDistribution =>
  new CellDistribution(
    space.edges.map(({ name }) => name),
    space.operations,
    rows.map(distributionOf),
    kept,
  );
