// The options of a search that asks a benchmark instead of training a network.
import { UserError } from "../errors";
import type { TabularMethod } from "../methods";
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
