// How far a search is from the best after a budget: the regret of simulated runs, over their seeds.
import type { Benchmark, SimulatedRun } from "../benchmarks";
import { UserError } from "../errors";

/** Runs by the name that they are shown under, or one list of them. */
export type SimulatedRuns = readonly SimulatedRun[] | Readonly<Record<string, readonly SimulatedRun[]>>;

export interface RegretOptions {
  /** Whose accuracy is judged; the benchmark's first data set, and test. */
  readonly data?: string;
  readonly split?: string;
}

export interface RegretPoint {
  /** Evaluations, or simulated seconds. */
  readonly spent: number;
  /** Over the runs, in points of a percent. */
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

export interface RegretCurve {
  readonly name: string;
  readonly seeds: number;
  readonly points: readonly RegretPoint[];
}

/** What `regret` finds. */
export class Regret {
  constructor(
    readonly benchmark: Benchmark,
    readonly data: string,
    readonly split: string,
    /** The best accuracy that there is, in percent. */
    readonly best: number,
    readonly unit: "evaluations" | "seconds",
    readonly curves: readonly RegretCurve[],
  ) {}
}

/** Points of a curve at most: as many as a figure can show. */
const MOST_POINTS = 200;

/**
 * By how much the architecture that a search would have answered so far, the one of the highest reward, falls short of the best of all: in
 * the benchmark's long training, after each number of evaluations, or over simulated seconds where the runs have them; median and
 * quartiles over the seeds (simple regret, as NAS-Bench-101 compares searches by, Ying et al., ICML 2019, section 5).
 * @throws UserError without runs, for runs on different benchmarks, and for a column that the benchmark does not have.
 */
export function regret(source: SimulatedRuns, { data, split }: RegretOptions = {}): Regret {
  const groups = Object.entries(Array.isArray(source) ? { runs: source } : source) as [string, SimulatedRun[]][];
  const all = groups.flatMap(([, runs]) => runs);
  if (all.length === 0 || groups.some(([, runs]) => runs.length === 0))
    throw new UserError("regret: there are no runs; give a list of simulated ones, or { name: [run, …] }");
  const { benchmark } = all[0].entry;
  const other = all.find(({ entry }) => entry.benchmark !== benchmark);
  if (other)
    throw new UserError(
      `regret: there are runs on ${benchmark.title} and on ${other.entry.benchmark.title}; compare runs on one benchmark`,
    );
  const [judged, on] = [data ?? benchmark.data[0], split ?? benchmark.splits.at(-1)!];
  const best = Math.max(...benchmark.all(judged, on));
  const timed = all.every(({ evaluations }) => evaluations.every(({ seconds }) => seconds !== undefined));
  const curves = groups.map(([name, runs]) => {
    const steps = runs.map((run) =>
      stepsOf(run, timed, (architecture) => best - benchmark.accuracyOf(architecture, judged, on)),
    );
    return { name, seeds: runs.length, points: pointsOf(steps) };
  });
  return new Regret(benchmark, judged, on, best, timed ? "seconds" : "evaluations", curves);
}

/** What a run is from `spent` on. */
interface Step {
  readonly spent: number;
  readonly regret: number;
}

/** Where a run found something better, and where it ended. */
function stepsOf(
  { evaluations }: SimulatedRun,
  timed: boolean,
  regretOf: (architecture: SimulatedRun["best"]["architecture"]) => number,
): Step[] {
  const steps: Step[] = [];
  let highest = Number.NEGATIVE_INFINITY;
  evaluations.forEach(({ architecture, accuracy, seconds }, k) => {
    const spent = timed ? seconds! : k + 1;
    if (accuracy > highest) steps.push({ spent, regret: regretOf(architecture) });
    else if (k === evaluations.length - 1) steps.push({ spent, regret: steps.at(-1)!.regret });
    highest = Math.max(highest, accuracy);
  });
  return steps;
}

/** From where every run has found something, to where the longest ends; those that ended earlier stay as they are. */
function pointsOf(runs: readonly (readonly Step[])[]): RegretPoint[] {
  const first = Math.max(...runs.map(([{ spent }]) => spent));
  const changes = [...new Set([first, ...runs.flatMap((steps) => steps.map(({ spent }) => spent))])]
    .filter((spent) => spent >= first)
    .sort((a, b) => a - b);
  return thinned(changes).map((spent) => {
    const regrets = Float64Array.from(runs, (steps) => steps.findLast((step) => step.spent <= spent)!.regret).sort();
    return { spent, median: quantile(regrets, 0.5), lower: quantile(regrets, 0.25), upper: quantile(regrets, 0.75) };
  });
}

/** A few of many values, both ends among them, as evenly as they lie. */
const thinned = (values: readonly number[]): number[] =>
  values.length <= MOST_POINTS
    ? [...values]
    : Array.from({ length: MOST_POINTS }, (_, k) => values[Math.round((k * (values.length - 1)) / (MOST_POINTS - 1))]);

/** Between two of the sorted values by their distance, as NumPy's. */
function quantile(sorted: Float64Array, probability: number): number {
  const place = probability * (sorted.length - 1);
  const [below, above] = [Math.floor(place), Math.ceil(place)];
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
