// Sequential model-based optimisation as in PNAS (Liu et al., ECCV 2018): a surrogate, fitted to all evaluations, picks the
// next few. A cell of NAS-Bench-201 has one size, so there is nothing to grow: the surrogate ranks whole cells.
import { z } from "zod";
import { ridge } from "./ridge";
import { tabularMethod } from "./tabular-method";
import { anyLeft, sampleUnknown } from "./unknown";

/** Defaults: our own; PNAS's numbers are for a space of 10^12 cells. */
const schema = z.strictObject({
  /** Random architectures before the first fit. */
  initial: z.int().positive().default(20),
  /** K: architectures evaluated between two fits. */
  beam: z.int().positive().default(5),
  /** Random architectures that the surrogate ranks for a beam. */
  candidates: z.int().positive().default(500),
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
  explore(evaluator, { initial, beam, candidates, penalty }, stream) {
    for (let k = 0; k < initial && anyLeft(evaluator); k++) evaluator.evaluate(sampleUnknown(evaluator, stream));
    while (anyLeft(evaluator)) {
      const predict = ridge(evaluator.evaluations, penalty);
      const ranked = Array.from({ length: candidates }, () => sampleUnknown(evaluator, stream))
        .map((architecture) => ({ architecture, predicted: predict(architecture) }))
        .sort((a, b) => b.predicted - a.predicted);
      for (const { architecture } of ranked.slice(0, beam)) {
        // a candidate may have been drawn twice
        if (evaluator.open && evaluator.known(architecture) === undefined) evaluator.evaluate(architecture);
      }
    }
  },
});
