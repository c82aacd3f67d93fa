// Sequential model-based optimisation as in PNAS (Liu et al., ECCV 2018): a surrogate, fitted to all evaluations, picks the
// next few. A cell of NAS-Bench-201 has one size, so what PNAS expands by a block is changed on an edge here.
import { z } from "zod";
import type { Architecture } from "../../spaces";
import type { Evaluator } from "./evaluator";
import { ridge } from "./ridge";
import { needsAllEdges, tabularMethod } from "./tabular-method";
import { anyLeft, sampleUnknown } from "./unknown";

/** Defaults: our own; PNAS's numbers are for a space of 10^12 cells. */
const schema = z.strictObject({
  /** Random architectures before the first fit. */
  initial: z.int().positive().default(20),
  /** K: architectures evaluated between two fits. */
  beam: z.int().positive().default(5),
  /** Random architectures that the surrogate ranks beside the neighbours of the K best. */
  candidates: z.int().positive().default(100),
  /** The ridge's weight on the squares of its coefficients. */
  penalty: z.number().positive().default(1),
});

export const smbo = tabularMethod({
  name: "smbo",
  title: "Sequential model-based optimisation",
  paper: "Progressive Neural Architecture Search",
  year: 2018,
  axes: { strategy: "surrogate" },
  schema,
  unfit: needsAllEdges,
  explore(evaluator, { initial, beam, candidates, penalty }, stream) {
    for (let k = 0; k < initial && anyLeft(evaluator); k++) evaluator.evaluate(sampleUnknown(evaluator, stream));
    while (anyLeft(evaluator)) {
      const predict = ridge(evaluator.evaluations, penalty);
      const ranked = [
        ...neighbours(evaluator, beam),
        ...Array.from({ length: candidates }, () => sampleUnknown(evaluator, stream)),
      ]
        .map((architecture) => ({ architecture, predicted: predict(architecture) }))
        .sort((a, b) => b.predicted - a.predicted);
      pay(
        evaluator,
        ranked.map(({ architecture }) => architecture),
        beam,
      );
    }
  },
});

/** All neighbours of the most accurate few. */
function neighbours({ evaluations }: Evaluator, few: number): Architecture[] {
  const best = evaluations.toSorted((a, b) => b.accuracy - a.accuracy).slice(0, few);
  return best.flatMap(({ architecture }) => architecture.neighbours());
}

/** Evaluates the first few of which nothing is known, as far as the budget goes. */
function pay(evaluator: Evaluator, ranked: readonly Architecture[], few: number): void {
  const end = evaluator.distinct + few;
  for (const architecture of ranked) {
    if (!evaluator.open || evaluator.distinct === end) return;
    if (evaluator.known(architecture) === undefined) evaluator.evaluate(architecture);
  }
}
