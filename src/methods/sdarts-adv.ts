// SmoothDARTS (Chen & Hsieh, ICML 2020), adversarial: the network is trained to bear the worst change of θ.
import { defineMethod } from "./define-method";

/** The weights learn under the worst θ + δ, |δ| ≤ ε, of 7 ascent steps; ε from 0.03 to 0.3 over the epochs; α learns as in DARTS. */
export const sdartsAdv = defineMethod({
  name: "sdarts-adv",
  title: "SDARTS-ADV",
  paper: "Stabilizing Differentiable Architecture Search via Perturbation-based Regularization",
  year: 2020,
  settings: {
    architecture: {
      distribution: { kind: "point-mass" },
      sampler: { kind: "mean" },
      perturbation: { kind: "adversarial", radius: [0.03, 0.3], steps: 7 },
      regulariser: { kind: "weight-decay", weight: 1e-3 },
    },
  },
});
