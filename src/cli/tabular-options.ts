// The options of a search that asks a benchmark instead of training a network.
import { type Benchmark, benchmarkOf } from "../benchmarks";
import { UserError } from "../errors";
import type { TabularMethod } from "../methods";
import type { SearchSpace } from "../spaces";
import { wholeNumber } from "./command";
import type { CommonOptions } from "./search-options";

export interface TabularOptions extends CommonOptions {
  readonly method: TabularMethod;
  /** One run each. */
  readonly seeds: readonly number[];
  /** Of each run. */
  readonly evaluations: number;
  /** Where the searches are kept; undefined: nowhere. */
  readonly folder: string | undefined;
}

/** Each is a run. */
const MOST_SEEDS = 1e6;

const text = { type: "string" } as const;

/** What a search asks. @throws UserError for a space that the package has no benchmark of. */
export function benchmarkFor(space: SearchSpace): Benchmark {
  const benchmark = benchmarkOf(space);
  if (benchmark) return benchmark;
  throw new UserError(
    `--space ${space.name}: a search without a network asks a benchmark, and the package has none of this space; take nasbench201 or nasbench-macro`,
  );
}

/** The options that only this kind has. None has a default here, so that one that was given can be told. */
export const tabularWords = { seeds: text, evaluations: text };

type Values = { readonly [Name in keyof typeof tabularWords | "seed" | "folder"]?: string };

/** @throws UserError for values that make no sense. */
export function readTabularOptions(method: TabularMethod, values: Values, common: CommonOptions): TabularOptions {
  const { seed, seeds, evaluations } = values;
  if (seed !== undefined && seeds !== undefined) {
    throw new UserError(`--seed ${seed} --seeds ${seeds}: one run or many; leave one of them out`);
  }
  return {
    ...common,
    method,
    folder: values.folder,
    seeds:
      seeds === undefined
        ? [seed === undefined ? 0 : wholeNumber("seed", seed, 0)]
        : Array.from({ length: wholeNumber("seeds", seeds, 1, MOST_SEEDS) }, (_, k) => k),
    evaluations: wholeNumber("evaluations", evaluations ?? "100", 1),
  };
}
