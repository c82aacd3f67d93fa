// What parts of NASLab cost beside a step: all measured in turns in one run.
import type { BackendName } from "../../src/backend";
import type { About } from "../sides/about";
import { Side, withSides } from "./side";
import { refuseWhatDoesNotFit, type Sizes } from "./sizes";

/** Does something once and tells the seconds that one unit of it took. */
export type Part = () => number | Promise<number>;

/**
 * Samples of each part, measured in this process, and of a step of a search in another one, in turns, after two turns that do not count.
 * @throws UserError if the search does not fit into memory.
 */
export async function besideSteps<Name extends string>(
  sizes: Sizes,
  backend: BackendName | undefined,
  samples: number,
  parts: Readonly<Record<Name, Part>>,
): Promise<{ about: About; step: number[]; seconds: Record<Name, number[]> }> {
  return withSides(async (start) => {
    const search = start(Side.ours("NASLab", "search", sizes, backend));
    const about = await search.ask<About>("about");
    refuseWhatDoesNotFit(sizes, about.backend, {});
    const names = Object.keys(parts) as Name[];
    const step: number[] = [];
    const seconds = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
    for (let turn = -2; turn < samples; turn++) {
      const [taken] = await search.seconds("step", 1);
      if (turn >= 0) step.push(taken);
      for (const name of names) {
        const part = await parts[name]();
        if (turn >= 0) seconds[name].push(part);
      }
    }
    return { about, step, seconds };
  });
}
