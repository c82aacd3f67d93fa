// PARSEC (Casale, Gordon & Fusi, 2019): a prior over architectures, learnt by empirical Bayes.
import { defineMethod } from "./define-method";

/** Samples weighted by their likelihood of a validation batch teach p and w; how many is a default of ours. */
export const parsec = defineMethod({
  name: "parsec",
  title: "PARSEC",
  paper: "Probabilistic Neural Architecture Search",
  year: 2019,
  settings: {
    architecture: {
      distribution: { kind: "categorical" },
      sampler: { kind: "path" },
      objective: { kind: "empirical-bayes", samples: 4 },
    },
  },
});
