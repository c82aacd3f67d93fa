// DARTS (Liu et al., ICLR 2019), first order: operation weights are the softmax of logits, without noise.
import { defineMethod } from "./define-method";

/** min over α of L_val(w, softmax(α)), w as it is (eq. 3 with ξ = 0), Adam on α with coupled weight decay. */
export const darts = defineMethod({
  name: "darts",
  title: "DARTS (first order)",
  paper: "DARTS: Differentiable Architecture Search",
  year: 2019,
  settings: {
    architecture: {
      distribution: { kind: "point-mass" },
      sampler: { kind: "mean" },
      regulariser: { kind: "weight-decay", weight: 1e-3 },
    },
  },
});
