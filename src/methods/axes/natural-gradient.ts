// Natural-gradient variational inference of a mean-field Gaussian: the Bayesian learning rule's family (Khan et al., ICML 2018).
import { z } from "zod";
import { mean } from "./objective";
import { part, remembered } from "./part";
import type { Update } from "./update";

const variants = ["vadam", "vprop", "von", "vogn"] as const;

interface Settings {
  readonly variant: (typeof variants)[number];
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  readonly priorPrecision: number;
  readonly images: number | null;
}

/**
 * min over q = N(μ, diag σ²) of E_q L_val + KL(q ‖ N(0, I/λ0)) / N, by the noisy gradients g = ∂L/∂α at α ~ q. The precision 1/σ² is
 * N s + λ0, and λ̃ = λ0/N:
 *
 * - vadam: m ← γ1 m + (1-γ1)(g + λ̃ μ), s ← γ2 s + (1-γ2) g², μ ← μ - lr m̂/(√ŝ + λ̃), m̂ and ŝ corrected for their start, σ by s itself;
 * - vprop: without m and the corrections;
 * - von: N s + λ0 is the precision S ← γ2 S + (1-γ2)(N h + λ0), the Hessian h = g ε/σ by Stein's identity, S kept at λ0 or more;
 *   μ ← μ - lr (N g + λ0 μ)/S;
 * - vogn: as von, with h the mean of the images' own g².
 */
export const naturalGradient = part<Update, Settings>({
  kind: "natural-gradient",
  settings: z.strictObject({
    variant: z.enum(variants).default("vadam"),
    learningRate: z.number().nonnegative().default(3e-4),
    /** γ1, γ2. */
    betas: z.tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)]).default([0.5, 0.999]),
    /** λ0. */
    priorPrecision: z.number().positive().default(1),
    /** N; null: as many as the distribution learns from. */
    images: z.number().positive().nullable().default(null),
  }),
  refuses: ({ distribution, sampler, objective, regulariser, update }) => {
    if (distribution.kind !== "gaussian" || sampler.kind !== "relaxed")
      return 'is that of a Gaussian\'s draws; take the distribution "gaussian" and the sampler "relaxed"';
    if (regulariser.kind !== "none") return 'has its prior as regulariser; take the regulariser "none"';
    if (update.variant === "vogn" && objective.byImage !== true)
      return 'with the variant "vogn" needs the images\' own gradients; take the objective { kind: "first-order", byImage: true }';
    return null;
  },
  make: (settings) => {
    const { variant, learningRate, betas, priorPrecision: prior } = settings;
    const [decay1, decay2] = betas;
    return ({ parameters, estimates, operations, moment, memory }) => {
      const N = settings.images ?? moment.images;
      const gradient = mean(estimates.map(({ gradient }) => gradient));
      const squared = mean(
        estimates.map(({ gradient, squares }) => (variant === "vogn" ? squares! : gradient.map((g) => g * g))),
      );
      const state = remembered(memory, () => ({ momentum: new Float64Array(parameters.length), steps: 0 }));
      const { momentum } = state;
      state.steps++;
      for (const [mu, logSigma] of places(parameters.length, operations)) {
        const g = gradient[mu];
        const sigma = Math.exp(parameters[logSigma]);
        const precision = 1 / sigma ** 2;
        if (variant === "von" || variant === "vogn") {
          // ∂L/∂ln σ = g ε σ, so that g ε/σ is its mean over σ².
          const hessian = variant === "von" ? gradient[logSigma] * precision : squared[mu];
          const next = Math.max(decay2 * precision + (1 - decay2) * (N * hessian + prior), prior);
          parameters[mu] -= (learningRate * (N * g + prior * parameters[mu])) / next;
          parameters[logSigma] = -0.5 * Math.log(next);
          continue;
        }
        const s = decay2 * Math.max(0, (precision - prior) / N) + (1 - decay2) * squared[mu];
        const force = g + (prior / N) * parameters[mu];
        if (variant === "vprop") {
          parameters[mu] -= (learningRate * force) / (Math.sqrt(s) + prior / N);
        } else {
          momentum[mu] = decay1 * momentum[mu] + (1 - decay1) * force;
          const first = momentum[mu] / (1 - decay1 ** state.steps);
          const second = s / (1 - decay2 ** state.steps);
          parameters[mu] -= (learningRate * first) / (Math.sqrt(second) + prior / N);
        }
        parameters[logSigma] = -0.5 * Math.log(N * s + prior);
      }
    };
  },
});

/** Where an operation's mean and its log deviation are, [edges][means | log deviations]. */
function* places(length: number, operations: number): Generator<[mean: number, logDeviation: number]> {
  for (let edge = 0; edge < length; edge += 2 * operations)
    for (let o = 0; o < operations; o++) yield [edge + o, edge + operations + o];
}
