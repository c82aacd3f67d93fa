// The scores of architectures, and how well they order them.
import { UserError } from "../errors";
import type { ZeroCostProxy } from "../proxies";
import type { Architecture } from "../spaces";
import { type RankCorrelation, rankCorrelation } from "./rank-correlation";
import type { ScoreSettings } from "./score-settings";

/** One architecture. */
export interface ScoreRow {
  readonly architecture: Architecture;
  /** By the proxies' names, the mean over the draws of weights; null: it has none, for `reasons` of its own. */
  readonly scores: Readonly<Record<string, number | null>>;
  readonly reasons: Readonly<Record<string, string>>;
  /** What the score took, what several proxies share counted for the first. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** The scores of some architectures. */
export class ScoreTable {
  constructor(
    readonly settings: ScoreSettings,
    readonly proxies: readonly Pick<ZeroCostProxy, "name" | "better">[],
    readonly rows: readonly ScoreRow[],
    /** Whether it was stopped before the last. */
    readonly interrupted: boolean,
  ) {}

  /** A proxy's scores by architecture. @throws UserError for one that was not asked for. */
  of(proxy: string): (number | null)[] {
    const { proxies } = this;
    if (proxies.some(({ name }) => name === proxy)) return this.rows.map(({ scores }) => scores[proxy]);
    throw new UserError(
      `scores: there are none by "${proxy}"; there are ${proxies.map(({ name }) => name).join(", ")}`,
    );
  }

  /** What a proxy took for an architecture, on average. */
  secondsOf(proxy: string): number {
    return this.rows.reduce((sum, { seconds }) => sum + seconds[proxy], 0) / this.rows.length;
  }

  /**
   * How well each proxy orders the architectures as the truth does, such as their accuracies; where lower scores are better their sign is
   * turned round. An architecture without a score is left out; null where three are not left, or all scores are equal.
   * @param truth by architecture, [rows], higher is better.
   */
  correlations(
    truth: readonly number[],
    seed = 0,
  ): { readonly proxy: string; readonly correlation: RankCorrelation | null }[] {
    return this.proxies.map(({ name, better }) => {
      const own = this.of(name);
      const there = own.flatMap((score, k) => (score === null ? [] : [k]));
      const values = there.map((k) => (better === "higher" ? own[k]! : -own[k]!));
      const correlation =
        new Set(values).size < 2 || there.length < 3
          ? null
          : rankCorrelation(
              values,
              there.map((k) => truth[k]),
              { seed },
            );
      return { proxy: name, correlation };
    });
  }
}
