// ProxylessNAS (Cai et al., ICLR 2019): one path at a time, learnt through binary gates, with the expected cost in the loss.
import { defineMethod } from "./define-method";

/** Binary gates, two operations of an edge at a time; the expected cost of the operations is added to the loss; one path trains w. */
export const proxylessnas = defineMethod({
  name: "proxylessnas",
  title: "ProxylessNAS",
  paper: "ProxylessNAS: Direct Neural Architecture Search on Target Task and Hardware",
  year: 2019,
  settings: {
    architecture: {
      distribution: { kind: "categorical" },
      sampler: { kind: "two-paths" },
      weightSampler: { kind: "path" },
      update: { kind: "adam", learningRate: 6e-3, betas: [0, 0.999] },
      regulariser: { kind: "cost", weight: 1e-2 },
    },
  },
});
