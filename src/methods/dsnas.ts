// DSNAS (Hu et al., CVPR 2020): one sampled architecture at a time trains the weights and the distribution at once.
import { defineMethod } from "./define-method";

/**
 * A one-hot Z ~ Cat(softmax α) on each edge; α and w learn from the same training batch and Z, α along ∂L/∂Z · ∂ log p(Z)/∂α. The sign
 * and the form of the credit are inferred; early stopping of decided edges is not here.
 */
export const dsnas = defineMethod({
  name: "dsnas",
  title: "DSNAS",
  paper: "DSNAS: Direct Neural Architecture Search without Parameter Retraining",
  year: 2020,
  settings: {
    architecture: {
      distribution: { kind: "categorical" },
      sampler: { kind: "path" },
      objective: { kind: "score-function", credit: "edge" },
      regulariser: { kind: "weight-decay", weight: 1e-3 },
    },
  },
});
