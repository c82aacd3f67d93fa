// GDAS (Dong & Yang, CVPR 2019): one operation of each edge runs, the largest of a Concrete draw, and the draw gets its gradient.
import { defineMethod } from "./define-method";

/**
 * θ = onehot(argmax h) + h - sg(h), h = softmax((α + G)/τ) (eqs. 3-7). As in the authors' code, operations that do not run add their
 * weight, which is 0, so that ∂L/∂θ of each is the sum of ∂L/∂(its edge's output).
 */
export const gdas = defineMethod({
  name: "gdas",
  title: "GDAS",
  paper: "Searching for a Robust Neural Architecture in Four GPU Hours",
  year: 2019,
  settings: {
    architecture: {
      distribution: { kind: "concrete", temperature: [10, 1] },
      sampler: { kind: "one-hot" },
      regulariser: { kind: "weight-decay", weight: 1e-3 },
    },
  },
});
