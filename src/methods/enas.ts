// ENAS (Pham et al., ICML 2018): a recurrent controller writes architectures, which share their weights.
import { defineMethod } from "./define-method";

/**
 * Paths of the controller train the weights; the controller learns by REINFORCE from the accuracy of a path on a validation batch, with
 * a moving average as baseline and an entropy bonus. The two take turns by step, as all methods here, not by epoch.
 */
export const enas = defineMethod({
  name: "enas",
  title: "ENAS",
  paper: "Efficient Neural Architecture Search via Parameter Sharing",
  year: 2018,
  settings: {
    architecture: {
      distribution: { kind: "controller", hidden: 64 },
      sampler: { kind: "path", discrete: true },
      objective: { kind: "score-function", credit: "reward", baselineDecay: 0.95, entropyWeight: 1e-4 },
      update: { kind: "adam", learningRate: 3.5e-4, betas: [0.9, 0.999] },
      readOut: { kind: "validated", samples: 100, finalists: 10 },
    },
  },
});
