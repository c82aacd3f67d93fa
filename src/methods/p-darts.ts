// P-DARTS (Chen et al., ICCV 2019): the search network grows deeper in stages, and each edge has fewer operations to choose from.
import { defineMethod } from "./define-method";

/**
 * Three stages of 25 epochs with 5, 4 and 3 operations on an edge and 5/17, 11/17 and all of the cells; in each the weights alone learn
 * for 10 epochs; skip connections are dropped at random, and at most two are read out. On the DARTS space 17 cells,
 * and 5 and 3 operations after the first stage. What the stages keep on NAS-Bench-201, and that its
 * "none" stays a candidate to the end, is inferred.
 */
export const pDarts = defineMethod({
  name: "p-darts",
  title: "P-DARTS",
  paper: "Progressive Differentiable Architecture Search: Bridging the Depth Gap between Search and Evaluation",
  year: 2019,
  settings: {
    epochs: 75,
    architecture: {
      distribution: { kind: "point-mass" },
      sampler: { kind: "mean" },
      perturbation: { kind: "drop-skip", probability: [0.1, 0.4, 0.7] },
      update: { kind: "adam", learningRate: 6e-4 },
      regulariser: { kind: "weight-decay", weight: 1e-3 },
      pruning: { kind: "stages", keep: [4, 3], depth: [5 / 17, 11 / 17, 1], warmup: 10 },
      readOut: { kind: "limited-skips", skips: 2 },
    },
  },
  on: { darts: { cells: 17, architecture: { pruning: { kind: "stages", keep: [5, 3] } } } },
});
