// DARTS-ES (Zela et al., ICLR 2020): DARTS that ends before the dominant eigenvalue of the validation loss's Hessian rises.
import { defineMethod } from "./define-method";

/** Second-order DARTS; λ every two epochs, averaged over five readings: at 1.3 times the average of four readings before it goes back there. */
export const dartsEs = defineMethod({
  name: "darts-es",
  title: "DARTS-ES",
  paper: "Understanding and Robustifying Differentiable Architecture Search",
  year: 2020,
  settings: {
    epochs: 50,
    architecture: {
      distribution: { kind: "point-mass" },
      sampler: { kind: "mean" },
      objective: { kind: "unrolled" },
      regulariser: { kind: "weight-decay", weight: 1e-3 },
      earlyStop: { kind: "eigenvalue", action: "stop" },
    },
  },
});
