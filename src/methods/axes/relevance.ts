// BayesNAS's update (Zhou et al., ICML 2019): SGD with a re-weighted l1 penalty, and the priors that re-weigh it.
import { z } from "zod";
import { mean } from "./objective";
import { part, remembered } from "./part";
import type { Update } from "./update";

/** What a prior's variance may fall to, so that its logarithm stays finite. */
const SMALLEST = 1e-12;

interface Settings {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weight: number;
  readonly curvatureDecay: number;
}

/**
 * A switch s has the prior N(0, γ). Down L + λ Σ ω|s| by SGD with momentum, and then, of the curvature h of L/λ at s:
 *
 *     C = 1/(1/γ + h),   ω = √(1/γ - C/γ²) = √(h/(1 + γh)),   γ = |s|/ω.
 *
 * The authors learn for an epoch with random ω and do this once at its end, with a Hessian that they pass back layer by layer; here it is
 * done at each step, and h is the moving average of the mean over images of their squared gradients (inferred, both).
 */
export const relevance = part<Update, Settings>({
  kind: "relevance",
  settings: z.strictObject({
    learningRate: z.number().nonnegative().default(0.1),
    momentum: z.number().min(0).lt(1).default(0.9),
    /** λ. */
    weight: z.number().positive().default(0.01),
    /** Of the moving average of the curvature. */
    curvatureDecay: z.number().min(0).lt(1).default(0.9),
  }),
  refuses: ({ distribution, objective, regulariser }) => {
    if (distribution.kind !== "switches") return 'learns the priors of switches; take the distribution "switches"';
    if (objective.byImage !== true)
      return 'needs the images\' own gradients; take the objective { kind: "first-order", byImage: true }';
    return regulariser.kind === "none" ? null : 'has its own penalty; take the regulariser "none"';
  },
  make:
    ({ learningRate, momentum, weight, curvatureDecay }) =>
    ({ parameters, estimates, memory }) => {
      const count = parameters.length / 2;
      const state = remembered(memory, () => ({
        velocity: new Float64Array(count),
        omega: new Float64Array(count).fill(1),
        curvature: new Float64Array(count),
        steps: 0,
      }));
      const gradient = mean(estimates.map((estimate) => estimate.gradient));
      const squares = mean(estimates.map((estimate) => estimate.squares!));
      state.steps++;
      for (let k = 0; k < count; k++) {
        const force = gradient[k] + weight * state.omega[k] * Math.sign(parameters[k]);
        state.velocity[k] = momentum * state.velocity[k] + force;
        parameters[k] -= learningRate * state.velocity[k];
        state.curvature[k] = curvatureDecay * state.curvature[k] + (1 - curvatureDecay) * squares[k];
        const h = state.curvature[k] / (1 - curvatureDecay ** state.steps) / weight;
        if (h === 0) continue; // "none", which nothing is learnt of
        state.omega[k] = Math.sqrt(h / (1 + parameters[count + k] * h));
        parameters[count + k] = Math.max(Math.abs(parameters[k]) / state.omega[k], SMALLEST);
      }
    },
});
