// What a part of NASLab costs beside a step: both measured in turns in one run.
import type { BackendName } from "../../src/backend";
import type { About } from "../sides/about";
import { Side, withSides } from "./side";
import { refuseWhatDoesNotFit, type Sizes } from "./sizes";

/**
 * Measures the part in this process and a step of a search in another one, in turns, after two turns that do not count.
 * @param measure called once a turn with the turn's number, 0 …; it keeps its own times. @param warm called in the turns before.
 */
export async function besideSteps(
  sizes: Sizes,
  backend: BackendName | undefined,
  samples: number,
  measure: (counted: boolean) => void | Promise<void>,
): Promise<{ about: About; stepSeconds: number[] }> {
  return withSides(async (start) => {
    const search = start(Side.ours("NASLab", "search", sizes, backend));
    const about = await search.ask<About>("about");
    refuseWhatDoesNotFit(sizes, about.backend, {});
    const stepSeconds: number[] = [];
    for (let turn = -2; turn < samples; turn++) {
      const seconds = await search.seconds("step", 1);
      await measure(turn >= 0);
      if (turn >= 0) stepSeconds.push(...seconds);
    }
    return { about, stepSeconds };
  });
}
