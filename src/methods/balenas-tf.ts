// BaLeNAS-TF (Zhang et al., CVPR 2022): BaLeNAS, read out by training-free proxies.
import { defineMethod } from "./define-method";

/** As BaLeNAS; of a group of architectures drawn from the learnt Gaussian that of the best training-free score. */
export const balenasTf = defineMethod({
  name: "balenas-tf",
  title: "BaLeNAS-TF",
  paper: "BaLeNAS: Differentiable Architecture Search via the Bayesian Learning Rule",
  year: 2022,
  settings: {
    architecture: {
      distribution: { kind: "gaussian", deviation: 1 },
      sampler: { kind: "relaxed" },
      weightSampler: { kind: "mean" },
      update: { kind: "natural-gradient", variant: "vadam", learningRate: 3e-4, betas: [0.5, 0.999] },
      readOut: { kind: "training-free", samples: 20 },
    },
  },
});
