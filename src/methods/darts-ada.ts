// DARTS-ADA (Zela et al., ICLR 2020): DARTS that decays its weights more whenever the dominant eigenvalue rises.
import { defineMethod } from "./define-method";

/** As DARTS-ES, but instead of ending it goes on from there with three times the weight decay, up to 0.0243. */
export const dartsAda = defineMethod({
  name: "darts-ada",
  title: "DARTS-ADA",
  paper: "Understanding and Robustifying Differentiable Architecture Search",
  year: 2020,
  settings: {
    epochs: 50,
    architecture: {
      distribution: { kind: "point-mass" },
      sampler: { kind: "mean" },
      objective: { kind: "unrolled" },
      regulariser: { kind: "weight-decay", weight: 1e-3 },
      earlyStop: { kind: "eigenvalue", action: "decay" },
    },
  },
});
