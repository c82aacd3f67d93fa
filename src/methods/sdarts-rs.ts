// SmoothDARTS (Chen & Hsieh, ICML 2020), random smoothing: the network is trained to bear noise on θ.
import { defineMethod } from "./define-method";

/** The weights learn under θ + U(-ε, ε), ε from 0.03 to 0.3 over the epochs; α learns as in DARTS. */
export const sdartsRs = defineMethod({
  name: "sdarts-rs",
  title: "SDARTS-RS",
  paper: "Stabilizing Differentiable Architecture Search via Perturbation-based Regularization",
  year: 2020,
  settings: {
    architecture: {
      distribution: { kind: "point-mass" },
      sampler: { kind: "mean" },
      perturbation: { kind: "random", radius: [0.03, 0.3] },
      regulariser: { kind: "weight-decay", weight: 1e-3 },
    },
  },
});
