// DrNAS (Chen et al., ICLR 2021): operation weights are Dirichlet random variables, learnt by pathwise derivatives towards an anchor.
import { defineMethod } from "./define-method";

/**
 * min over β of E_{θ~Dir(β)} L_val(w*, θ) + λ d(β, 1), first order (DrNAS eq. 2): β = ELU(η) + 1 > 0 on each edge, a fresh θ for every
 * forward pass, ∂θ/∂β by implicit differentiation (eq. 3), Adam on η. The anchor β̂ = 1 is the uniform distribution on the simplex.
 * Read out by softmax(η) as in the authors' code; by the mean it is the same on each edge. Its progressive scheme is not here: this is the
 * authors' one-stage search of NAS-Bench-201.
 */
export const drnas = defineMethod({
  name: "drnas",
  title: "DrNAS",
  paper: "DrNAS: Dirichlet Neural Architecture Search",
  year: 2021,
  settings: {
    architecture: {
      distribution: { kind: "dirichlet" },
      sampler: { kind: "relaxed" },
      regulariser: { kind: "anchor-l2", weight: 1e-3 },
      readOut: { kind: "argmax", by: "softmax" },
    },
  },
});
