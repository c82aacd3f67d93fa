// The axis of distributions: how operation weights are distributed on each edge, and how a gradient reaches the parameters.
import { z } from "zod";
import {
  Categorical,
  Concrete,
  concentrationOf,
  concentrationSlope,
  Dirichlet,
  Gaussian,
  PointMass,
  softmaxGradient,
} from "../../distributions";
import type { Moment } from "../method";
import { controller } from "./controller";
import { type Family, independentEdges } from "./family";
import { Axis, part } from "./part";
import { switches } from "./switches";

/** Logits of deviation 10⁻³, so that all operations are about equally likely: every paper's start. */
const nearZero = (operations: number, stream: { normal(): number }) =>
  Float64Array.from({ length: operations }, () => 1e-3 * stream.normal());

/** The weights softmax(η) themselves, without noise (DARTS eq. 2). */
const pointMass = part({
  kind: "point-mass",
  settings: z.strictObject({}),
  make: () =>
    independentEdges({
      blocks: 1,
      initial: nearZero,
      at(eta) {
        const row = new PointMass(eta);
        return {
          row,
          simplex: true,
          mean: () => ({ weights: row.probabilities, pull: (dWeights) => row.pathwiseGradient(dWeights) }),
        };
      },
    }),
});

/** Dir(β), β = ELU(η) + 1; ∂θ/∂β by implicit differentiation (DrNAS eq. 3). */
const dirichlet = part({
  kind: "dirichlet",
  settings: z.strictObject({}),
  make: () =>
    independentEdges({
      blocks: 1,
      initial: nearZero,
      at(eta) {
        const row = new Dirichlet(concentrationOf(eta));
        const slope = concentrationSlope(eta);
        const mean = row.mean();
        return {
          row,
          mean: () => ({
            weights: mean,
            // ∂(β_i / Σβ)/∂β_j = (δ_ij - mean_i) / Σβ
            pull: (dWeights) => {
              const average = mean.reduce((sum, p, k) => sum + p * dWeights[k], 0);
              return slope.map((s, k) => (s * (dWeights[k] - average)) / row.total);
            },
          }),
          relaxed(stream) {
            const weights = row.sample(stream);
            return { weights, pull: (dWeights) => row.pathwiseGradient(weights, dWeights).map((d, k) => d * slope[k]) };
          },
        };
      },
    }),
});

/** softmax(α), α ~ N(μ, diag σ²): the parameters are μ and ln σ (BaLeNAS). */
const gaussian = part({
  kind: "gaussian",
  settings: z.strictObject({
    /** σ at the start. */
    deviation: z.number().positive().default(1),
  }),
  make: ({ deviation }) =>
    independentEdges({
      blocks: 2,
      initial: (operations, stream) =>
        Float64Array.from([...nearZero(operations, stream), ...new Array(operations).fill(Math.log(deviation))]),
      at(parameters) {
        const count = parameters.length / 2;
        const row = new Gaussian(parameters.subarray(0, count), parameters.subarray(count).map(Math.exp));
        const centre = row.centre();
        return {
          row,
          mean: () => ({
            weights: centre,
            pull: (dWeights) => Float64Array.from([...softmaxGradient(centre, dWeights), ...new Array(count).fill(0)]),
          }),
          relaxed(stream) {
            const logits = row.sample(stream);
            return {
              weights: row.weights(logits),
              pull: (dWeights) => {
                const { mean, deviation } = row.pathwiseWeightGradient(logits, dWeights);
                return Float64Array.from([...mean, ...deviation.map((d, k) => d * row.deviation[k])]); // ∂σ/∂ln σ = σ
              },
            };
          },
        };
      },
    }),
});

/** softmax((η + G)/τ), G Gumbel noise; τ falls linearly from epoch to epoch (SNAS eq. 4). */
const concrete = part({
  kind: "concrete",
  settings: z.strictObject({
    /** τ in the first and the last epoch. */
    temperature: z.tuple([z.number().positive(), z.number().positive()]).default([10, 1]),
  }),
  make: ({ temperature }) =>
    independentEdges({
      blocks: 1,
      initial: nearZero,
      at(eta, moment) {
        const row = new Concrete(eta, linear(temperature, moment));
        const centre = row.centre();
        return {
          row,
          mean: () => ({ weights: centre, pull: (dWeights) => softmaxGradient(centre, dWeights) }),
          relaxed(stream) {
            const weights = row.sample(stream);
            return { weights, pull: (dWeights) => row.pathwiseGradient(weights, dWeights).logits };
          },
        };
      },
    }),
});

/** One operation with the probabilities softmax(η); a draw has no pathwise derivative, its log probability has a gradient. */
const categorical = part({
  kind: "categorical",
  settings: z.strictObject({}),
  make: () =>
    independentEdges({
      blocks: 1,
      initial: nearZero,
      at(eta) {
        const row = new Categorical(eta);
        return {
          row,
          mean: () => ({
            weights: row.probabilities,
            pull: (dWeights) => softmaxGradient(row.probabilities, dWeights),
          }),
          choose(stream, count) {
            const chosen: number[] = [];
            while (chosen.length < count) chosen.push(without(eta, chosen).sampleIndex(stream));
            return chosen;
          },
          logProbability: (chosen) =>
            chosen.reduce((sum, k, n) => sum + Math.log(without(eta, chosen.slice(0, n)).probabilities[k]), 0),
          score: (chosen) =>
            chosen
              .map((k, n) => without(eta, chosen.slice(0, n)).scoreGradient(eta.map((_, o) => (o === k ? 1 : 0))))
              .reduce((sum, each) => sum.map((x, k) => x + each[k]), new Float64Array(eta.length)),
        };
      },
    }),
});

/** What is left to draw from once some categories are taken. */
const without = (logits: Float64Array, taken: readonly number[]): Categorical =>
  new Categorical(logits.map((x, k) => (taken.includes(k) ? IMPOSSIBLE : x)));

/** A logit that stands for probability 0. */
export const IMPOSSIBLE = -1e9;

/** From the first value to the last, by epoch. */
export const linear = ([first, last]: readonly [number, number], { epoch, epochs }: Moment): number =>
  epochs > 1 ? first + (last - first) * Math.min(1, epoch / (epochs - 1)) : first;

export const distribution = new Axis<Family>("distribution", [
  pointMass,
  dirichlet,
  gaussian,
  concrete,
  categorical,
  controller,
  switches,
]);
