// BayesNAS's switches (Zhou et al., ICML 2019): a factor for each operation and each edge, with a Gaussian prior on each.
import { z } from "zod";
import { CellDistribution, PointMass } from "../../distributions";
import type { Choices } from "../../spaces";
import type { Family } from "./family";
import { part } from "./part";

/** The prior variance at which a Gaussian's entropy ½ ln(2πe γ) is zero: a switch with less is none. */
const ENTROPY_ZERO = 1 / (2 * Math.PI * Math.E);

/** What a switch of an operation has beside it, all [edges][operations + 1]: the last one of an edge is the edge's own. */
export interface SwitchPlaces {
  readonly count: number;
  /** Of the operation (or, past the last operation, of the edge) among the switches; their prior variances follow after `count`. */
  at(edge: number, operation: number): number;
}

export const switchPlaces = (edges: number, operations: number): SwitchPlaces => ({
  count: edges * (operations + 1),
  at: (edge, operation) => edge * (operations + 1) + operation,
});

/**
 * θ = s_edge · s_operation, neither on a simplex nor positive, at first all 1. The parameters are the switches s and the variances γ of
 * their priors N(0, γ), which the update "relevance" learns. An operation hangs on its edge: 1/γ = 1/γ_operation + 1/γ_edge. As a
 * distribution an edge shows each operation's share of Σγ, "none" with the variance at which a prior's entropy is zero, so that it is the
 * largest where all others are pruned (that rule as the paper's is inferred). Switches are shared by all cells.
 */
export const switches = part<Family, object>({
  kind: "switches",
  settings: z.strictObject({}),
  refuses: ({ sampler, edges, perturbation, update, pruning }) => {
    if (sampler.kind !== "mean") return `has no draws; take the sampler "mean" instead of "${sampler.kind}"`;
    if (update.kind !== "relevance") return 'learns its priors too; take the update "relevance"';
    if (edges.kind !== "sum") return 'weighs the edges itself; take the edges "sum"';
    if (pruning.kind !== "none") return 'prunes at the read-out; take the pruning "none"';
    return perturbation.kind === "none" ? null : 'is not on the simplex; take the perturbation "none"';
  },
  unfit: ({ edges }) =>
    edges.every(({ picks }) => picks === 1)
      ? null
      : "takes one of each choice, and this space has choices that take several",
  make: () => ({
    initial: ({ edges, operations }) =>
      new Float64Array(2 * switchPlaces(edges.length, operations.length).count).fill(1),

    eta: (parameters, choices) => products(parameters, choices),

    at(parameters, choices, kept) {
      const { edges, operations } = choices;
      const columns = operations.length;
      const places = switchPlaces(edges.length, columns);
      const none = operations.indexOf("none");
      const theta = products(parameters, choices);
      const variance = (e: number, o: number) => parameters[places.count + places.at(e, o)];
      const logits = edges.map((_, e) =>
        Float64Array.from(operations, (_, o) =>
          o === none ? Math.log(ENTROPY_ZERO) : -Math.log(1 / variance(e, o) + 1 / variance(e, columns)),
        ),
      );
      return {
        distribution: new CellDistribution(
          edges.map(({ name }) => name),
          operations,
          logits.map((row) => new PointMass(row)),
          kept,
        ),
        operations: columns,
        mean: () => ({
          draw: { theta },
          pull: (dTheta) => {
            const gradient = new Float64Array(parameters.length);
            edges.forEach((_, e) => {
              const edge = places.at(e, columns);
              for (let o = 0; o < columns; o++) {
                if (o === none) continue;
                const place = places.at(e, o);
                gradient[place] = dTheta[e * columns + o] * parameters[edge];
                gradient[edge] += dTheta[e * columns + o] * parameters[place];
              }
            });
            return gradient;
          },
        }),
      };
    },
  }),
});

/** s_edge · s_operation, [edges][operations]; 0 of "none". */
function products(parameters: Float64Array, { edges, operations }: Choices): Float64Array[] {
  const places = switchPlaces(edges.length, operations.length);
  return edges.map((_, e) =>
    Float64Array.from(operations, (name, o) =>
      name === "none" ? 0 : parameters[places.at(e, o)] * parameters[places.at(e, operations.length)],
    ),
  );
}
