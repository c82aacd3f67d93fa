// PC-DARTS (Xu et al., ICLR 2020): a quarter of the channels is mixed, and edges are weighed against each other.
import { defineMethod } from "./define-method";

/**
 * K = 4; a node is Σ γ (edge), γ the softmax over its edges (eq. 3), learnt beside α from the 16th epoch on. The read-out of NAS-Bench-201
 * keeps every edge, so that γ does not change it.
 */
export const pcDarts = defineMethod({
  name: "pc-darts",
  title: "PC-DARTS",
  paper: "PC-DARTS: Partial Channel Connections for Memory-Efficient Architecture Search",
  year: 2020,
  settings: {
    partialChannels: 4,
    architecture: {
      distribution: { kind: "point-mass" },
      sampler: { kind: "mean" },
      edges: { kind: "normalised" },
      update: { kind: "adam", learningRate: 6e-4 },
      regulariser: { kind: "weight-decay", weight: 1e-3 },
      warmup: 15,
    },
  },
});
