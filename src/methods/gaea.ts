// GAEA (Li et al., ICLR 2021): DARTS whose weights stay on the simplex by exponentiated gradients.
import { defineMethod } from "./define-method";

/** θ ← θ ∘ exp(-lr ∂L_val/∂θ), normalised on each edge, first order, no weight decay. */
export const gaea = defineMethod({
  name: "gaea",
  title: "GAEA",
  paper: "Geometry-Aware Gradient Algorithms for Neural Architecture Search",
  year: 2021,
  settings: {
    architecture: {
      distribution: { kind: "point-mass" },
      sampler: { kind: "mean" },
      update: { kind: "exponentiated-gradient", learningRate: 0.1 },
    },
  },
});
