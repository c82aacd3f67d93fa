// iDARTS (Zhang et al., ICML 2021): the hypergradient by the implicit function theorem and a Neumann series.
import { defineMethod } from "./define-method";

/** ∂L_val/∂α - ξ ∂²L_train/∂α∂w Σ_k (I - ξH)^k ∂L_val/∂w, after every 4 weight steps; one term after the first is a default of ours. */
export const idarts = defineMethod({
  name: "idarts",
  title: "iDARTS",
  paper: "iDARTS: Differentiable Architecture Search with Stochastic Implicit Gradients",
  year: 2021,
  settings: {
    architecture: {
      distribution: { kind: "point-mass" },
      sampler: { kind: "mean" },
      objective: { kind: "neumann", inner: 4, terms: 1 },
      regulariser: { kind: "weight-decay", weight: 1e-3 },
    },
  },
});
