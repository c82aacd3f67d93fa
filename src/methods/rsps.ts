// RSPS (Li & Talwalkar, UAI 2019): random search with weight sharing; the distribution learns nothing.
import { defineMethod } from "./define-method";

/** Uniform paths train the weights; of 1000 architectures the best on one validation batch are judged on all images. */
export const rsps = defineMethod({
  name: "rsps",
  title: "Random search with weight sharing",
  paper: "Random Search and Reproducibility for Neural Architecture Search",
  year: 2019,
  settings: {
    architecture: {
      distribution: { kind: "categorical" },
      sampler: { kind: "path", discrete: true },
      objective: { kind: "none" },
      readOut: { kind: "validated", samples: 1000, finalists: 10 },
    },
  },
});
