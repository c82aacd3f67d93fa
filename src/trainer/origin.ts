// Which run a value came from, so that a figure of it can say at what scale it was learnt.
import type { SearchRun } from "./run";

const origins = new WeakMap<object, SearchRun>();

/** Remembers the run that a value came from; answers the value. */
export function learntBy<T extends object>(run: SearchRun, value: T): T {
  origins.set(value, run);
  return value;
}

/** The run that gave a distribution, a history or an architecture; undefined for any other value. */
export const originOf = (value: object): SearchRun | undefined => origins.get(value);
