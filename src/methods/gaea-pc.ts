// GAEA (Li et al., ICLR 2021) on PC-DARTS: exponentiated gradients of operations and of edges.
import { defineMethod } from "./define-method";

/** θ and γ ← θ ∘ exp(-lr ∂L_val/∂θ), γ ∘ exp(-lr ∂L_val/∂γ), normalised; K = 4, no weight decay. */
export const gaeaPc = defineMethod({
  name: "gaea-pc",
  title: "GAEA with PC-DARTS",
  paper: "Geometry-Aware Gradient Algorithms for Neural Architecture Search",
  year: 2021,
  settings: {
    partialChannels: 4,
    architecture: {
      distribution: { kind: "point-mass" },
      sampler: { kind: "mean" },
      edges: { kind: "normalised" },
      update: { kind: "exponentiated-gradient", learningRate: 0.1 },
    },
  },
});
