// The axis of updates: how the parameters move along a gradient.
import { z } from "zod";
import { Adam, emptyAdam } from "../adam";
import type { Moment } from "../method";
import { naturalGradient } from "./natural-gradient";
import { type Estimate, mean } from "./objective";
import { Axis, type Memory, part, remembered } from "./part";
import { relevance } from "./relevance";

export interface Updated {
  /** Of the distribution, changed in place. */
  readonly parameters: Float64Array;
  readonly estimates: readonly Estimate[];
  /** The regulariser's gradient by the parameters. */
  readonly penalty: Float64Array;
  /** Operations of an edge. */
  readonly operations: number;
  readonly moment: Moment;
  readonly memory: Memory;
}

/** One step. */
export type Update = (step: Updated) => void;

const rate = z.number().nonnegative();
const fraction = z.number().min(0).lt(1);

/** Adam on the estimates' mean and the penalty together: a penalty (λ/2)‖η‖² is PyTorch's coupled weight decay. */
const adam = part<Update, { learningRate: number; betas: [number, number] }>({
  kind: "adam",
  settings: z.strictObject({
    learningRate: rate.default(3e-4),
    betas: z.tuple([fraction, fraction]).default([0.5, 0.999]),
  }),
  make:
    (settings) =>
    ({ parameters, estimates, penalty, memory }) => {
      const state = remembered(memory, () => emptyAdam(parameters.length));
      const gradient = mean(estimates.map(({ gradient }) => gradient));
      new Adam({ ...settings, weightDecay: 0 }, state).step(
        parameters,
        gradient.map((g, k) => g + penalty[k]),
      );
    },
});

/** θ ← θ ∘ exp(-lr ∂L/∂θ), normalised on each edge (GAEA, Li et al., ICLR 2021, section 3): with θ = softmax(η), η ← η - lr ∂L/∂θ. */
const exponentiatedGradient = part<Update, { learningRate: number }>({
  kind: "exponentiated-gradient",
  settings: z.strictObject({ learningRate: rate.default(0.1) }),
  refuses: ({ distribution, sampler, objective, regulariser }) => {
    if (distribution.kind !== "point-mass" || sampler.kind !== "mean")
      return 'moves a point of the simplex; take the distribution "point-mass" and the sampler "mean"';
    if (objective.kind === "none") return 'needs a gradient, and the objective is "none"';
    return regulariser.kind === "none" ? null : 'moves along ∂L/∂θ alone; take the regulariser "none"';
  },
  make:
    ({ learningRate }) =>
    ({ parameters, estimates }) => {
      mean(estimates.map(({ onSimplex }) => onSimplex!)).forEach((g, k) => {
        parameters[k] -= learningRate * g;
      });
    },
});

export const update = new Axis<Update>("update", [adam, exponentiatedGradient, naturalGradient, relevance]);
