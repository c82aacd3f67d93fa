// The axis of objectives: what loss the distribution learns from, and how its gradient is estimated.
import { z } from "zod";
import type { RandomStream } from "../../backend";
import { softmax } from "../../distributions";
import type { Draw, Moment, Pass, Passes, WeightedDraw } from "../method";
import type { ArchitectureSettings } from "../settings";
import type { Member, Sample } from "./family";
import { Axis, type Memory, part, remembered } from "./part";

/** An estimate of the loss and of its gradient by the distribution's parameters. */
export interface Estimate {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** ∂L/∂θ in the parameters' places (`Sample.onSimplex`). */
  readonly onSimplex?: Float64Array;
  /** The mean over images of their squared gradients. */
  readonly squares?: Float64Array;
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
  readonly memory: Memory;
}

/** Null if the distribution does not learn in this step. */
export type Objective = (context: ObjectiveContext) => Estimates | null;

/** Monte Carlo samples of a step; their gradients are averaged. */
const samples = z.int().positive().default(1);

const pathwise = ({ sampler }: ArchitectureSettings) =>
  sampler.kind === "path"
    ? 'needs a pathwise derivative, and the sampler "path" has none; take "score-function"'
    : null;

/** Averages over samples what a pass says of each. */
const byPass = (samples: number, sample: () => Sample, pass: (draw: Draw) => Pass): Estimates => ({
  estimates: Array.from({ length: samples }, () => {
    const drawn = sample();
    const { loss, dTheta } = pass(drawn.draw);
    return { loss, gradient: drawn.pull!(dTheta), onSimplex: drawn.onSimplex?.(dTheta) };
  }),
});

/** ∂/∂η L_val(w, θ), the weights as they are (DARTS with ξ = 0). With `byImage` each image's own gradient is taken, as VOGN needs. */
const firstOrder = part<Objective, { samples: number; byImage: boolean }>({
  kind: "first-order",
  settings: z.strictObject({ samples, byImage: z.boolean().default(false) }),
  refuses: pathwise,
  make:
    ({ samples, byImage }) =>
    ({ sample, passes }) =>
      byImage
        ? { estimates: Array.from({ length: samples }, () => ofImages(sample(), passes)) }
        : byPass(samples, sample, (draw) => passes.gradient("search", draw)),
});

/** The mean of the images' gradients, and of their squares. */
function ofImages({ draw, pull }: Sample, passes: Passes): Estimate {
  const { loss, dTheta } = passes.byImage(draw);
  const gradients = dTheta.map((row) => pull!(row));
  return { loss, gradient: mean(gradients), squares: mean(gradients.map((g) => g.map((x) => x * x))) };
}

/** ∂/∂η L_val(w - ξ ∂L_train/∂w, θ), the Hessian by finite differences (DARTS eqs. 6-8). */
const unrolled = part<Objective, { samples: number }>({
  kind: "unrolled",
  settings: z.strictObject({ samples }),
  refuses: pathwise,
  make:
    ({ samples }) =>
    ({ sample, passes }) =>
      byPass(samples, sample, (draw) => passes.unrolled(draw)),
});

/** The hypergradient by a truncated Neumann series of the inverse Hessian, after every `inner` weight steps (iDARTS). */
const neumann = part<Objective, { terms: number; inner: number; samples: number }>({
  kind: "neumann",
  settings: z.strictObject({
    /** Terms after the first. */
    terms: z.int().nonnegative().default(1),
    /** T: weight steps between two steps of the distribution. */
    inner: z.int().positive().default(4),
    samples,
  }),
  refuses: pathwise,
  make:
    ({ terms, inner, samples }) =>
    ({ sample, passes, moment }) =>
      (moment.step + 1) % inner === 0 ? byPass(samples, sample, (draw) => passes.neumann(draw, terms)) : null,
});

const discrete = ({ sampler }: ArchitectureSettings) =>
  sampler.kind === "path" ? null : `takes ∂ log p(architecture); take the sampler "path" instead of "${sampler.kind}"`;

/**
 * credit · ∂ log p(path)/∂η. With credit "edge" each edge is credited with its own ∂L/∂θ at the operation that ran (DSNAS; the sign and
 * this form of the credit are inferred), from the training batch, whose weight step runs along the same path. With "reward" all edges
 * are credited with -(reward - baseline), the reward the accuracy of a validation batch (REINFORCE), the baseline a moving average.
 */
const scoreFunction = part<Objective, { credit: "edge" | "reward"; baselineDecay: number; entropyWeight: number }>({
  kind: "score-function",
  settings: z.strictObject({
    credit: z.enum(["edge", "reward"]).default("edge"),
    /** Of the moving average; only for "reward". */
    baselineDecay: z.number().min(0).lt(1).default(0.9),
    /** What -ln p(path) adds to the reward, of which the mean is the entropy; only for "reward". */
    entropyWeight: z.number().nonnegative().default(0),
  }),
  refuses: discrete,
  make:
    ({ credit, baselineDecay, entropyWeight }) =>
    ({ member, sample, passes, memory }) => {
      const { draw, drawn } = sample();
      const path = drawn!;
      if (credit === "edge") {
        const columns = draw.theta[0].length;
        const { loss, dTheta } = passes.gradient("train", draw);
        const credits = draw.path!.map((row, e) => row.reduce((sum, o) => sum + dTheta[e * columns + o], 0));
        return { estimates: [{ loss, gradient: member.score!(path, credits) }], weightDraws: [{ draw, weight: 1 }] };
      }
      const { loss, accuracy } = passes.outcome("search", draw);
      const reward = accuracy - entropyWeight * member.logProbability!(path);
      const state = remembered(memory, () => ({ baseline: reward }));
      const gradient = member.score!(
        path,
        path.map(() => state.baseline - reward),
      );
      state.baseline = baselineDecay * state.baseline + (1 - baselineDecay) * reward;
      return { estimates: [{ loss, gradient }] };
    },
});

/**
 * Empirical Bayes (PARSEC, Casale et al., 2019): of K sampled architectures with the likelihoods p_k = exp(-B · loss_k) of a validation
 * batch of B images, the importance ω_k = p_k/Σp; -Σ ω_k ∂ log p(path_k)/∂η, and the weights learn on the same architectures with the
 * same importance.
 */
const empiricalBayes = part<Objective, { samples: number }>({
  kind: "empirical-bayes",
  settings: z.strictObject({ samples: z.int().min(2).default(4) }),
  refuses: discrete,
  make:
    ({ samples }) =>
    ({ member, sample, passes }) => {
      const drawn = Array.from({ length: samples }, sample);
      const losses = drawn.map(({ draw }) => passes.outcome("search", draw).loss);
      const importance = softmax(losses.map((loss) => -passes.batch * loss));
      // An estimate is averaged with the others: K ω_k makes their mean the weighted sum.
      const estimates = drawn.map(({ drawn: path }, k) => ({
        loss: samples * importance[k] * losses[k],
        gradient: member.score!(
          path!,
          path!.map(() => -samples * importance[k]),
        ),
      }));
      return { estimates, weightDraws: drawn.map(({ draw }, k) => ({ draw, weight: importance[k] })) };
    },
});

/** The distribution stays as it is (random search with weight sharing). */
const none = part<Objective, object>({ kind: "none", settings: z.strictObject({}), make: () => () => null });

/** The mean of vectors of one length. */
export const mean = (vectors: readonly Float64Array[]): Float64Array =>
  vectors[0].map((_, k) => vectors.reduce((sum, vector) => sum + vector[k], 0) / vectors.length);

export const objective = new Axis<Objective>("objective", [
  firstOrder,
  unrolled,
  neumann,
  scoreFunction,
  empiricalBayes,
  none,
]);
