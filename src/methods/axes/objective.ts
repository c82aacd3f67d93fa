// The axis of objectives: what loss the distribution learns from, and how its gradient is estimated.
import { z } from "zod";
import type { RandomStream } from "../../backend";
import type { Moment, Passes, WeightedDraw } from "../method";
import type { Member, Sample } from "./family";
import { Axis, part } from "./part";

/** An estimate of the loss and of its gradient by the distribution's parameters. */
export interface Estimate {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** ∂L/∂θ in the parameters' places (`Sample.onSimplex`). */
  readonly onSimplex?: Float64Array;
}

export interface Estimates {
  /** One or more; their mean is the estimate. */
  readonly estimates: readonly Estimate[];
  /** What the weight step of the same step must run under, where the objective says so. */
  readonly weightDraws?: readonly WeightedDraw[];
}

export interface ObjectiveContext {
  readonly member: Member;
  /** A sample by the method's sampler; another at each call. */
  sample(): Sample;
  readonly passes: Passes;
  readonly stream: RandomStream;
  readonly moment: Moment;
}

/** Null if the distribution does not learn in this step. */
export type Objective = (context: ObjectiveContext) => Estimates | null;

/** Monte Carlo samples of a step; their gradients are averaged. */
const samples = z.int().positive().default(1);

/** ∂/∂η L_val(w, θ), the weights as they are (DARTS with ξ = 0). */
const firstOrder = part<Objective, { samples: number }>({
  kind: "first-order",
  settings: z.strictObject({ samples }),
  refuses: ({ sampler }) =>
    sampler.kind === "path"
      ? 'needs a pathwise derivative, and the sampler "path" has none; take "score-function"'
      : null,
  make:
    ({ samples }) =>
    ({ sample, passes }) => ({
      estimates: Array.from({ length: samples }, () => {
        const drawn = sample();
        const { loss, dTheta } = passes.gradient("search", drawn.draw);
        return { loss, gradient: drawn.pull!(dTheta), onSimplex: drawn.onSimplex?.(dTheta) };
      }),
    }),
});

/** The distribution stays as it is (random search with weight sharing). */
const none = part<Objective, object>({ kind: "none", settings: z.strictObject({}), make: () => () => null });

export const objective = new Axis<Objective>("objective", [firstOrder, none]);
