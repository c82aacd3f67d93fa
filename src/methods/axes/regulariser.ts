// The axis of regularisers: what is added to the loss that the distribution learns from.
import { z } from "zod";
import { concentrationSlope, Dirichlet } from "../../distributions";
import type { Choices } from "../../spaces";
import type { Moment } from "../method";
import type { Kept, Member } from "./family";
import { Axis, part } from "./part";

export interface Regularised {
  readonly member: Member;
  readonly parameters: Float64Array;
  readonly kept: Kept;
  readonly moment: Moment;
  readonly choices: Choices;
}

/** Its value, and its gradient by the parameters. */
export interface Penalty {
  readonly value: number;
  readonly gradient: Float64Array;
}

export type Regulariser = (at: Regularised) => Penalty;

const none = part<Regulariser, object>({
  kind: "none",
  settings: z.strictObject({}),
  make:
    () =>
    ({ parameters }) => ({ value: 0, gradient: new Float64Array(parameters.length) }),
});

const weight = z.number().nonnegative().default(1e-3);

/** (λ/2)‖η‖² on all parameters. */
const decay =
  ({ weight }: { weight: number }): Regulariser =>
  ({ parameters }) => ({
    value: (weight / 2) * parameters.reduce((sum, x) => sum + x * x, 0),
    gradient: parameters.map((x) => weight * x),
  });

/** PyTorch's weight decay on the parameters, coupled: inside the loss, not beside Adam. */
const weightDecay = part<Regulariser, { weight: number }>({
  kind: "weight-decay",
  settings: z.strictObject({ weight }),
  make: decay,
});

/** DrNAS's anchor as the authors' code has it: (λ/2)‖η‖², which draws β = ELU(η) + 1 to 1. */
const anchorL2 = part<Regulariser, { weight: number }>({
  kind: "anchor-l2",
  settings: z.strictObject({ weight }),
  refuses: ({ distribution: { kind } }) =>
    kind === "dirichlet" ? null : `draws a "dirichlet" to the uniform one; for a "${kind}" take "weight-decay"`,
  make: decay,
});

/**
 * λ Σ_e KL(Dir(β_e) ‖ Dir(1)) (DrNAS eq. 2). With weight "1/N" the loss is, up to the factor N, the negative evidence lower bound of
 * DrNAS's appendix A.5: for N independent images with the likelihood exp(-ℓ_i) and the prior Dir(1),
 * -ELBO = E_q[Σ ℓ_i] + KL(q ‖ Dir(1)) = N (E_q[mean ℓ] + KL/N), and the mean is what the search minimises.
 */
const anchorKl = part<Regulariser, { weight: number | "1/N" }>({
  kind: "anchor-kl",
  settings: z.strictObject({ weight: z.union([z.number().nonnegative(), z.literal("1/N")]).default(1e-3) }),
  refuses: ({ distribution: { kind } }) =>
    kind === "dirichlet" ? null : `is the divergence from the uniform Dirichlet; it does not fit a "${kind}"`,
  make:
    ({ weight }) =>
    ({ member, parameters, kept, moment }) => {
      const lambda = weight === "1/N" ? 1 / moment.images : weight;
      const columns = member.distribution.operations.length;
      const gradient = new Float64Array(parameters.length);
      let value = 0;
      member.distribution.rows.forEach((row, e) => {
        const q = row as Dirichlet;
        const places = kept[e].map((o) => e * columns + o);
        const anchor = new Dirichlet(new Float64Array(places.length).fill(1));
        const slope = concentrationSlope(places.map((k) => parameters[k]));
        value += lambda * q.kl(anchor);
        q.klGradient(anchor).forEach((d, k) => {
          gradient[places[k]] = lambda * d * slope[k];
        });
      });
      return { value, gradient };
    },
});

/** A penalty on the mean weights, Σ over edges; its gradient by θ comes from `slope`. */
const onMean =
  (
    value: (p: Float64Array, choices: Choices) => number,
    slope: (p: Float64Array, choices: Choices) => Float64Array,
  ): Regulariser =>
  ({ member, choices }) => {
    const { draw, pull } = member.mean();
    return {
      value: draw.theta.reduce((sum, p) => sum + value(p, choices), 0),
      gradient: pull!(draw.theta.flatMap((p) => Array.from(slope(p, choices)))),
    };
  };

/** λ times the entropy of the mean weights, summed over edges: a positive weight makes the search decide, a negative one explore. */
const entropy = part<Regulariser, { weight: number }>({
  kind: "entropy",
  settings: z.strictObject({ weight: z.number().default(1e-3) }),
  refuses: ({ edges }) =>
    edges.kind === "sum" ? null : 'is of weights that sum to 1 on each edge; take the edges "sum"',
  make: ({ weight }) =>
    onMean(
      (p) => -weight * p.reduce((sum, x) => (x > 0 ? sum + x * Math.log(x) : sum), 0),
      (p) => p.map((x) => (x > 0 ? -weight * (1 + Math.log(x)) : 0)),
    ),
});

/** λ times the expected cost Σ p_o c_o, summed over edges (ProxylessNAS eq. 8): cost by operation, in their order in the space. */
const cost = part<Regulariser, { weight: number; costs: number[] | null }>({
  kind: "cost",
  settings: z.strictObject({
    weight: z.number().nonnegative().default(1e-2),
    /** null: the space's, multiply-adds relative to the dearest operation's. */
    costs: z.array(z.number().nonnegative()).nullable().default(null),
  }),
  make: ({ weight, costs }) =>
    onMean(
      (p, choices) => weight * p.reduce((sum, x, o) => sum + x * ((costs ?? choices.costs)[o] ?? 0), 0),
      (p, choices) => p.map((_, o) => weight * ((costs ?? choices.costs)[o] ?? 0)),
    ),
});

export const regulariser = new Axis<Regulariser>("regulariser", [none, weightDecay, anchorL2, anchorKl, entropy, cost]);
