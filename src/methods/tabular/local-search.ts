// Local search (White, Nolen & Savani, UAI 2021): to the best neighbour while there is a better one, then from a new start.
import { z } from "zod";
import type { Evaluation, Evaluator } from "./evaluator";
import { tabularMethod } from "./tabular-method";
import { anyLeft, sampleUnknown } from "./unknown";

const schema = z.strictObject({
  /** Where to go: to the best of all neighbours, or to the first that is better, of a random order. */
  step: z.enum(["best", "first"]).default("best"),
});

export const localSearch = tabularMethod({
  name: "local-search",
  title: "Local search",
  paper: "Exploring the Loss Landscape in Neural Architecture Search",
  year: 2021,
  axes: { strategy: "local search" },
  schema,
  explore(evaluator, { step }, stream) {
    while (anyLeft(evaluator)) {
      let here: Evaluation | null = evaluator.evaluate(sampleUnknown(evaluator, stream));
      while (here) {
        const neighbours = here.architecture.neighbours();
        const order = Array.from(stream.permutation(neighbours.length), (k) => neighbours[k]);
        here = better(evaluator, here, order, step === "first");
      }
    }
  },
});

/** The neighbour to go to; null if none is better or the budget is spent. Known ones cost nothing. */
function better(
  evaluator: Evaluator,
  here: Evaluation,
  neighbours: readonly Evaluation["architecture"][],
  first: boolean,
): Evaluation | null {
  let best = here;
  for (const architecture of neighbours) {
    const known = evaluator.known(architecture);
    if (known === undefined && !evaluator.open) return null;
    const found = known === undefined ? evaluator.evaluate(architecture) : { architecture, accuracy: known };
    if (found.accuracy > best.accuracy) best = found;
    if (first && best !== here) break;
  }
  return best === here ? null : best;
}
