// Several scores of the same architectures as one, by their ranks: the scores themselves have no common scale.
import { UserError } from "../errors";
import { ranks } from "./ranks";

/** One architecture as a user's own combination sees it, by the proxies' names. */
export interface Scored {
  /** As the proxies give them; null where one has none. */
  readonly scores: Readonly<Record<string, number | null>>;
  /** The rank among all, 1/n for the worst … 1 for the best; equal scores share the mean of theirs. */
  readonly ranks: Readonly<Record<string, number>>;
}

/**
 * "rank-sum": the mean of the ranks (TE-NAS, Chen et al., ICLR 2021, adds ranks); "rank-product": the mean of their logarithms, so that one
 * bad rank counts for more (AZ-NAS, Lee & Ham, CVPR 2024); weights by the proxies' names: a weighted mean of ranks; or a function of your own.
 */
export type Combination =
  | "rank-sum"
  | "rank-product"
  | Readonly<Record<string, number>>
  | ((architecture: Scored) => number);

/** The scores of one proxy, [architectures]; null where it has none, which ranks below all. */
export interface ProxyScores {
  readonly name: string;
  readonly better: "higher" | "lower";
  readonly scores: readonly (number | null)[];
}

/**
 * One score for each architecture, higher is better.
 * @throws UserError for a combination that is none, or that answers no number.
 */
export function combine(proxies: readonly ProxyScores[], combination: Combination = "rank-sum"): number[] {
  if (proxies.length === 0) throw new UserError("combine: there are no scores; give those of one proxy at least");
  const ranks = proxies.map(({ better, scores }) => rankShares(scores, better));
  const by = requireCombination(
    combination,
    proxies.map(({ name }) => name),
  );
  return proxies[0].scores.map((_, k) => {
    const of = <T>(value: (p: number) => T) =>
      Object.fromEntries(proxies.map(({ name }, p) => [name, value(p)])) as Record<string, T>;
    const value = by({ scores: of((p) => proxies[p].scores[k]), ranks: of((p) => ranks[p][k]) });
    if (typeof value === "number" && !Number.isNaN(value)) return value;
    throw new UserError(`combine: the combination answers ${value} for architecture ${k}; it must be a number`);
  });
}

/** What a combination computes of the proxies of these names. @throws UserError if it is none. */
export function requireCombination(
  combination: Combination,
  names: readonly string[],
): (architecture: Scored) => number {
  const mean = (weigh: (name: string) => number, of: (rank: number) => number) => {
    const total = names.reduce((sum, name) => sum + weigh(name), 0);
    return ({ ranks }: Scored) =>
      Object.entries(ranks).reduce((sum, [name, rank]) => sum + weigh(name) * of(rank), 0) / total;
  };
  if (combination === "rank-sum")
    return mean(
      () => 1,
      (rank) => rank,
    );
  if (combination === "rank-product") return mean(() => 1, Math.log);
  if (typeof combination === "function") return combination;
  if (typeof combination !== "object" || combination === null)
    throw new UserError(
      `combine: "${combination}" is no combination; take "rank-sum", "rank-product", weights by proxy, or a function`,
    );
  for (const [name, weight] of Object.entries(combination)) {
    if (!names.includes(name))
      throw new UserError(`combine: there is a weight for "${name}" and no score; the scores are ${names.join(", ")}`);
    if (!(Number.isFinite(weight) && weight >= 0))
      throw new UserError(`combine: the weight of ${name} must be a number from 0 on, got ${weight}`);
  }
  if (!Object.values(combination).some((weight) => weight > 0))
    throw new UserError("combine: all weights are 0; give one proxy a weight above it");
  return mean(
    (name) => combination[name] ?? 0,
    (rank) => rank,
  );
}

/** Ranks over n; equal scores share the mean of theirs, those without a score the lowest. */
function rankShares(scores: readonly (number | null)[], better: "higher" | "lower"): number[] {
  const sign = better === "higher" ? 1 : -1;
  const values = scores.map((score) => (score === null ? Number.NEGATIVE_INFINITY : sign * score));
  return Array.from(ranks(values), (rank) => rank / values.length);
}
