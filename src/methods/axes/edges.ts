// The axis of edges: how much each edge counts among those into a node (PC-DARTS).
import { z } from "zod";
import { softmax, softmaxGradient } from "../../distributions";
import type { Choices } from "../../spaces";
import type { Family, Sample } from "./family";
import { Axis, part } from "./part";

/** Wraps a family of distributions over operations. */
export type Edges = (family: Family) => Family;

/** A node is the sum of its edges. */
const sum = part<Edges, object>({ kind: "sum", settings: z.strictObject({}), make: () => (family) => family });

/**
 * A node is Σ γ_ij (edge from i to j), γ the softmax over the edges into j of logits that are learnt beside the operations' (PC-DARTS,
 * Xu et al., ICLR 2020, eq. 3). θ becomes γ θ, whose rows sum to γ, and what bypasses a mixture counts as much; the parameters are the family's and then a logit an edge, at first 0.
 */
const normalised = part<Edges, object>({
  kind: "normalised",
  settings: z.strictObject({}),
  refuses: ({ sampler, weightSampler, update }) => {
    if ([sampler.kind, weightSampler?.kind].some((kind) => kind === "one-hot" || kind === "path"))
      return 'weighs mixtures, and one operation of each edge runs; take the sampler "mean" or "relaxed"';
    return update.kind === "natural-gradient" ? 'has no Gaussian of its own; take the update "adam"' : null;
  },
  unfit: ({ edges }) =>
    edges.every(({ carries }) => carries)
      ? null
      : "weighs edges, and this space has distributions over inputs for that",
  make: () => (family) => ({
    initial: (choices, stream) =>
      Float64Array.from([...family.initial(choices, stream), ...choices.edges.map(() => 0)]),
    eta: (parameters, choices) => family.eta(parameters, choices),
    at(parameters, choices, kept, moment) {
      const split = parameters.length - choices.edges.length;
      const member = family.at(parameters.subarray(0, split), choices, kept, moment);
      const logits = parameters.subarray(split);
      const weigh = (sample: Sample) => weighed(sample, logits, choices);
      return {
        ...member,
        mean: () => weigh(member.mean()),
        ...(member.relaxed && { relaxed: (stream) => weigh(member.relaxed!(stream)) }),
      };
    },
  }),
});

function weighed({ draw, pull, onSimplex }: Sample, logits: Float64Array, { edges, operations }: Choices): Sample {
  const columns = operations.length;
  /** The edges into each node. */
  const node = (e: number) => `${edges[e].cell} ${edges[e].to}`;
  const groups = [...new Set(edges.map((_, e) => node(e)))].map((each) =>
    edges.flatMap((_, e) => (node(e) === each ? [e] : [])),
  );
  const gamma = new Float64Array(edges.length);
  for (const group of groups) {
    softmax(group.map((e) => logits[e])).forEach((weight, k) => {
      gamma[group[k]] = weight;
    });
  }
  const scaled = (dTheta: ArrayLike<number>) => Array.from(dTheta, (d, k) => gamma[Math.floor(k / columns)] * d);
  /** ∂L/∂γ [edges]. */
  const byEdge = (dTheta: ArrayLike<number>) =>
    draw.theta.map((row, e) => row.reduce((total, weight, o) => total + weight * dTheta[e * columns + o], 0));
  const byLogit = (dGamma: readonly number[]) => {
    const gradient = edges.map(() => 0);
    for (const group of groups) {
      const rows = group.map((e) => dGamma[e]);
      softmaxGradient(
        Float64Array.from(group, (e) => gamma[e]),
        rows,
      ).forEach((d, k) => {
        gradient[group[k]] = d;
      });
    }
    return gradient;
  };
  return {
    draw: { ...draw, theta: draw.theta.map((row, e) => row.map((weight) => gamma[e] * weight)), weightedEdges: true },
    ...(pull && { pull: (dTheta) => Float64Array.from([...pull(scaled(dTheta)), ...byLogit(byEdge(dTheta))]) }),
    ...(onSimplex && {
      onSimplex: (dTheta) => Float64Array.from([...onSimplex(scaled(dTheta)), ...byEdge(dTheta)]),
    }),
  };
}

export const edges = new Axis<Edges>("edges", [sum, normalised]);
