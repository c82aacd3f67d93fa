// BayesNAS (Zhou et al., ICML 2019): free switches on operations and edges, pruned by automatic relevance determination.
import { defineMethod } from "./define-method";

/**
 * One epoch for the weights alone, then one in which the switches learn too, by SGD on the loss and a re-weighted l1 penalty; an edge ends
 * with the operation of the largest prior variance γ, or with "none" where no operation's prior has a positive entropy.
 */
export const bayesnas = defineMethod({
  name: "bayesnas",
  title: "BayesNAS",
  paper: "BayesNAS: A Bayesian Approach for Neural Architecture Search",
  year: 2019,
  settings: {
    epochs: 2,
    weights: { learningRate: 0.1, weightDecay: 1e-4 },
    architecture: {
      distribution: { kind: "switches" },
      sampler: { kind: "mean" },
      objective: { kind: "first-order", byImage: true },
      update: { kind: "relevance", learningRate: 0.1, momentum: 0.9, weight: 0.01 },
      warmup: 1,
    },
  },
});
