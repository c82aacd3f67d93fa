// Whether searches that differ in their seeds alone find the same architecture.
import { UserError } from "../errors";
import type { SearchRun } from "../trainer";

export interface AgreementRow {
  readonly epoch: number;
  /** Of an edge and two runs, how often they take the same: mean over edges and pairs, 0 … 1. */
  readonly agreement: number;
  /** How many different architectures the runs would derive. */
  readonly distinct: number;
}

/**
 * From the records of runs on one space, for each epoch that all have finished.
 * @throws UserError for fewer than two runs, runs on different spaces or of different methods, and equal seeds.
 */
export function agreement(runs: readonly SearchRun[]): AgreementRow[] {
  const [first, ...others] = runs;
  if (others.length === 0)
    throw new UserError(`agreement: it takes two runs or more, got ${runs.length}; give runs of different seeds`);
  const other = others.find(({ space }) => space !== first.space);
  if (other)
    throw new UserError(
      `agreement: there are runs on ${first.space.title} and on ${other.space.title}; give runs on one space`,
    );
  const odd = others.find(({ method }) => method.name !== first.method.name);
  if (odd)
    throw new UserError(
      `agreement: there are runs of ${first.method.title} and of ${odd.method.title}; give runs of one method, by names where there are several: { name: [run, …] }`,
    );
  const seeds = runs.map(({ settings }) => settings.seed);
  const again = seeds.find((seed, k) => seeds.indexOf(seed) < k);
  if (again !== undefined)
    throw new UserError(`agreement: two runs have the seed ${again}; give runs of different seeds`);
  const epochs = Math.min(...runs.map(({ history }) => history.length));
  return Array.from({ length: epochs }, (_, k) => {
    const found = runs.map(({ history, space }) => space.parse(history[k].architecture));
    const pairs = found.flatMap((a, i) => found.slice(i + 1).map((b) => [a.picks, b.picks] as const));
    const same = pairs.map(([a, b]) => a.filter((row, e) => row.join() === b[e].join()).length / a.length);
    return {
      epoch: first.history[k].epoch,
      agreement: same.reduce((sum, share) => sum + share, 0) / same.length,
      distinct: new Set(found.map(({ key }) => key)).size,
    };
  });
}
