// SNAS (Xie et al., ICLR 2019): operation weights are Concrete random variables, learnt by pathwise derivatives.
import { defineMethod } from "./define-method";

/** θ = softmax((α + G)/τ), G Gumbel noise (eq. 4); τ falls from 10 to 1 over the epochs, as in the DrNAS authors' comparison. */
export const snas = defineMethod({
  name: "snas",
  title: "SNAS",
  paper: "SNAS: Stochastic Neural Architecture Search",
  year: 2019,
  settings: {
    architecture: {
      distribution: { kind: "concrete", temperature: [10, 1] },
      sampler: { kind: "relaxed" },
      regulariser: { kind: "weight-decay", weight: 1e-3 },
    },
  },
});
