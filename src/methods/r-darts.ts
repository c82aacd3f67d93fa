// R-DARTS (Zela et al., ICLR 2020), L2: DARTS whose weights decay more, which keeps the curvature of the validation loss low.
import { defineMethod } from "./define-method";

/**
 * Second-order DARTS with nine times its weight decay, of the paper's 1, 3, 9, 27 and 81 (section 5.2), of which the user takes the best
 * by `weights.weightDecay`; that nine is a good one to begin with is inferred. R-DARTS (DP) is the perturbation "drop-path" with the
 * usual decay: of the probabilities 0, 0.2, 0.4 and 0.6 the user takes the best.
 */
export const rDarts = defineMethod({
  name: "r-darts",
  title: "R-DARTS (L2)",
  paper: "Understanding and Robustifying Differentiable Architecture Search",
  year: 2020,
  settings: {
    weights: { weightDecay: 27e-4 },
    architecture: {
      distribution: { kind: "point-mass" },
      sampler: { kind: "mean" },
      objective: { kind: "unrolled" },
      regulariser: { kind: "weight-decay", weight: 1e-3 },
    },
  },
});
