// Runs by the names under which they are compared.
import { UserError } from "../errors";
import type { SearchRun } from "../trainer";

/** Runs by the names that they are shown under, of several seeds as a list; of a list alone, each by the title of its method. */
export type Runs = readonly SearchRun[] | Readonly<Record<string, SearchRun | readonly SearchRun[]>>;

/** Runs that are one curve: their mean, and a band of one standard deviation around it. */
export interface Named {
  readonly name: string;
  readonly runs: readonly SearchRun[];
}

/** Numbers titles that are there twice. */
export function named(runs: Runs): Named[] {
  if (!Array.isArray(runs))
    return Object.entries(runs).map(([name, some]) => ({ name, runs: Array.isArray(some) ? some : [some] }));
  const titles = (runs as SearchRun[]).map(({ method }) => method.title);
  return (runs as SearchRun[]).map((run, k) => {
    const same = titles.filter((title) => title === titles[k]).length;
    const nth = titles.slice(0, k + 1).filter((title) => title === titles[k]).length;
    return { name: same > 1 ? `${titles[k]} (${nth})` : titles[k], runs: [run] };
  });
}

/** @param place the figure that wants them. */
export function checkRuns(place: string, runs: readonly Named[]): void {
  const all = runs.flatMap(({ name, runs }) => runs.map((run) => ({ name, run })));
  if (all.length === 0 || runs.some(({ runs }) => runs.length === 0))
    throw new UserError(`${place}: there are no runs; give a list of them, or { name: run } or { name: [run, …] }`);
  const [first] = all;
  for (const { name, run } of all) {
    if (run.history.length === 0)
      throw new UserError(`${place}: "${name}" has no finished epoch yet; run a stage of it first`);
    if (run.space !== first.run.space)
      throw new UserError(
        `${place}: "${name}" searches ${run.space.title}, and "${first.name}" ${first.run.space.title}; compare runs on one space`,
      );
  }
}
