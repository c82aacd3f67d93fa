// The best of a group of architectures by training-free scores (BaLeNAS-TF, Zhang et al., CVPR 2022), drawn from any learnt distribution.
import { RandomStream, useBackend } from "../backend";
import { CellDistribution, Dirichlet } from "../distributions";
import { UserError } from "../errors";
import { type Combination, combine, requireCombination } from "../proxies";
import { type Architecture, SearchSpace } from "../spaces";
import { interruption, nextTurn, originOf, SearchRun } from "../trainer";
import { type BoundedDraws, type Budget, costMeasure, drawBounded } from "./budget";
import { drawArchitecture, probabilityUnder, requireFit } from "./draw";
import { frontOf } from "./front";
import { requireProxies, type ScoreOptions, scoreArchitectures } from "./score";
import { scoreSettings } from "./score-settings";
import type { ScoreRow, ScoreTable } from "./score-table";

export interface SelectOptions extends Omit<ScoreOptions, "known" | "row"> {
  /** Architectures that are drawn; default 100. The paper does not say how many it takes: this is inferred. */
  readonly samples?: number;
  /** How scores become one; by default the sum of ranks. */
  readonly combination?: Combination;
  /** The space, where the distribution was learnt by no run. */
  readonly space?: SearchSpace;
  /** Draws only what costs no more. */
  readonly budget?: Budget;
}

/** An architecture that was drawn. */
export interface Candidate extends ScoreRow {
  /** How often. */
  readonly draws: number;
  /** The probability of a draw, given the bound if there is one; its share of the draws where there is no closed form. */
  readonly probability: number;
  /** Higher is better. */
  readonly combined: number;
  /** By the budget's measure; without one, parameters. */
  readonly cost: number;
}

/** What was drawn, scored and chosen. */
export class Selection {
  constructor(
    readonly table: ScoreTable,
    /** The best first; among equals the more probable, then the cheaper. */
    readonly candidates: readonly Candidate[],
    readonly samples: number,
    /** Whether the candidates' probabilities are exact, or shares of the draws. */
    readonly exact: boolean,
    readonly budget: (Budget & Omit<BoundedDraws, "architectures">) | null,
    /** The run that learnt the distribution; null: none did. */
    readonly run: SearchRun | null,
  ) {}

  get best(): Architecture {
    return this.candidates[0].architecture;
  }

  /** Those that no other beats in both score and cost, by rising cost. */
  get front(): Candidate[] {
    const { candidates } = this;
    return frontOf(
      candidates.map(({ cost }) => cost),
      candidates.map(({ combined }) => combined),
    ).map((k) => candidates[k]);
  }
}

/**
 * Draws architectures from a distribution, scores the different ones (each network once) and ranks them.
 * @param source a run or its distribution; a space stands for the uniform one.
 * @throws UserError for options that make no sense, or if nothing that is drawn keeps to the budget.
 */
export async function select(
  source: SearchRun | CellDistribution | SearchSpace,
  options: SelectOptions,
): Promise<Selection> {
  const { samples = 100, seed = 0, budget, combination = "rank-sum" } = options;
  if (!(Number.isInteger(samples) && samples > 0))
    throw new UserError(`select: samples must be a positive whole number, got ${samples}`);
  const { distribution, space, run } = sourceOf(source, options.space);
  const scale = run && { channels: run.settings.channels, cells: run.settings.cells };
  const scoring = { ...options, size: { ...scale, ...options.size } };
  const settings = scoreSettings(space, scoring);
  const proxies = requireProxies(options.proxies);
  requireCombination(combination, settings.proxies);
  const most = budget && checkedBound(budget);
  const cost = costMeasure(budget?.cost ?? "parameters", space, settings.size);
  if (budget?.cost === "latency") await useBackend();
  const stream = new RandomStream(seed, "select");
  const interrupt = interruption(options.signal);
  const { signal } = interrupt;
  try {
    const turn = async () => {
      await nextTurn();
      if (signal.aborted) throw new UserError("select: interrupted while drawing; call it again");
      options.progress?.({ done: 0, of: samples, secondsLeft: null, ended: false });
    };
    const exhaustive = budget?.cost === "parameters" || budget?.cost === "multiplyAdds";
    const under =
      budget && (await drawBounded({ distribution, space, cost, most: most!, samples, exhaustive, stream, turn }));
    const drawn =
      under?.architectures ?? Array.from({ length: samples }, () => drawArchitecture(distribution, space, stream));
    const groups = grouped(drawn);
    const table = await scoreArchitectures(
      groups.map(([architecture]) => architecture),
      { ...scoring, proxies, signal },
    );
    const exactly = under && !under.exact ? null : probabilityUnder(distribution, space);
    const probability = (architecture: Architecture, draws: number) =>
      exactly ? exactly(architecture) / (under?.probability ?? 1) : draws / samples;
    const bound = budget && under ? { ...budget, ...told(under) } : null;
    const candidates = ranked(table, combination, (row, k) => {
      const draws = groups[k].length;
      return { draws, probability: probability(row.architecture, draws), cost: cost(row.architecture) };
    });
    return new Selection(table, candidates, samples, exactly !== null, bound, run ?? null);
  } finally {
    interrupt.close();
  }
}

/** Equal architectures together, in the order in which they first came. */
function grouped(drawn: readonly Architecture[]): readonly (readonly Architecture[])[] {
  const groups = new Map<string, Architecture[]>();
  for (const architecture of drawn)
    groups.set(architecture.key, [...(groups.get(architecture.key) ?? []), architecture]);
  return [...groups.values()];
}

/** The best first. @param beside what a candidate has besides its scores. */
function ranked(
  table: ScoreTable,
  combination: Combination,
  beside: (row: ScoreRow, k: number) => Pick<Candidate, "draws" | "probability" | "cost">,
): Candidate[] {
  const combined = combine(
    table.proxies.map(({ name, better }) => ({ name, better, scores: table.of(name) })),
    combination,
  );
  return table.rows
    .map((row, k): Candidate => ({ ...row, ...beside(row, k), combined: combined[k] }))
    .sort((a, b) => b.combined - a.combined || b.probability - a.probability || a.cost - b.cost);
}

const told = ({ exact, probability, effectiveSamples }: BoundedDraws) => ({ exact, probability, effectiveSamples });

function sourceOf(source: SearchRun | CellDistribution | SearchSpace, given: SearchSpace | undefined) {
  if (source instanceof SearchSpace) return { distribution: uniform(source), space: source, run: undefined };
  if (source instanceof SearchRun) return { distribution: source.distribution, space: source.space, run: source };
  if (!(source instanceof CellDistribution))
    throw new UserError("select: give a run, its distribution, or a search space to draw from");
  const run = originOf(source);
  const space = given ?? run?.space;
  if (!space)
    throw new UserError("select: this distribution was learnt by no run; say which space it is of: { space }");
  requireFit(source, space, "select");
  return { distribution: source, space, run };
}

/** Each candidate of an edge as probable as the others, and each edge of a group. */
function uniform({ edges, operations, title }: SearchSpace): CellDistribution {
  const bare = edges.find(({ candidates }) => candidates.length < 2);
  if (bare)
    throw new UserError(
      `select: edge ${bare.name} of ${title} has one candidate and nothing to draw; give a space whose edges have two or more`,
    );
  return new CellDistribution(
    edges.map(({ name }) => name),
    operations,
    edges.map(({ candidates }) => new Dirichlet(candidates.map(() => 1))),
    edges.map(({ candidates }) => candidates),
  );
}

function checkedBound({ most, cost }: Budget): number {
  const measures = ["parameters", "multiplyAdds", "latency"];
  if (!measures.includes(cost as string) && typeof cost !== "function")
    throw new UserError(`select: budget.cost "${cost}" is unknown; use ${measures.join(", ")}, or a function`);
  if (Number.isFinite(most) && most > 0) return most;
  throw new UserError(`select: budget.most must be a positive number, got ${most}`);
}
