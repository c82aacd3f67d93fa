// BaLeNAS (Zhang et al., CVPR 2022): architecture weights are Gaussian, learnt by natural-gradient variational inference.
import { defineMethod } from "./define-method";

/**
 * min over q = N(μ, diag σ²) of E_q L_val(w, softmax(α)) + KL(q ‖ N(0, I/λ0))/N by Vadam, one Monte Carlo sample, first order. The weights
 * learn at the mean, softmax(μ); that the noise is in the step of the distribution alone is inferred. Read out: argmax of μ.
 */
export const balenas = defineMethod({
  name: "balenas",
  title: "BaLeNAS",
  paper: "BaLeNAS: Differentiable Architecture Search via the Bayesian Learning Rule",
  year: 2022,
  settings: {
    architecture: {
      distribution: { kind: "gaussian", deviation: 1 },
      sampler: { kind: "relaxed" },
      weightSampler: { kind: "mean" },
      update: { kind: "natural-gradient", variant: "vadam", learningRate: 3e-4, betas: [0.5, 0.999] },
    },
  },
});
