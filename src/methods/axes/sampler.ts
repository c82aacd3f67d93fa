// The axis of samplers: what of a distribution a forward pass runs under.
import { z } from "zod";
import type { RandomStream } from "../../backend";
import { Categorical, logSumExp } from "../../distributions";
import { type Choices, type Picks, presentOn, strongest } from "../../spaces";
import type { ArchitectureSettings } from "../settings";
import { IMPOSSIBLE } from "./distribution";
import type { Member, Sample } from "./family";
import { Axis, part } from "./part";

export type Sampler = (member: Member, stream: RandomStream, choices: Choices) => Sample;

/** θ is the mean: all operations, no noise (DARTS). */
const mean = part<Sampler, object>({
  kind: "mean",
  settings: z.strictObject({}),
  refuses: ({ distribution: { kind } }) =>
    kind === "controller" ? 'takes weights, and a "controller" draws operations; take the sampler "path"' : null,
  make: () => (member) => member.mean(),
});

const noise = ({ distribution: { kind } }: ArchitectureSettings) => {
  if (kind === "point-mass") return 'takes draws, and a "point-mass" has none; take the sampler "mean"';
  if (kind === "controller") return 'takes weights, and a "controller" draws operations; take the sampler "path"';
  if (kind === "categorical")
    return 'needs a pathwise derivative, and a draw of a "categorical" has none; take the sampler "path" with the objective "score-function", or the distribution "concrete"';
  return null;
};

/** θ is a draw from inside the simplex: all operations (DrNAS, SNAS). */
const relaxed = part<Sampler, object>({
  kind: "relaxed",
  settings: z.strictObject({}),
  refuses: noise,
  make: () => (member, stream) => member.relaxed!(stream),
});

/** θ is the one-hot of a draw's largest weight, which alone runs; its gradient goes to the draw as if it were θ itself (GDAS eq. 7). */
const oneHot = part<Sampler, object>({
  kind: "one-hot",
  settings: z.strictObject({}),
  refuses: noise,
  make: () => (member, stream, choices) => {
    const { draw, pull } = member.relaxed!(stream);
    const path = strongest({ ...choices, groups: [] }, draw.theta);
    return { draw: along(path, member.operations), pull };
  },
});

/**
 * θ is the one-hot of an operation that is drawn for each edge, which alone runs; the gradient is the score function's. With `discrete` the
 * path is an architecture: of edges of which only some are kept, the others are left out (which, is drawn uniformly: inferred).
 */
const path = part<Sampler, { discrete: boolean }>({
  kind: "path",
  settings: z.strictObject({ discrete: z.boolean().default(false) }),
  refuses: ({ distribution: { kind } }) =>
    ["categorical", "controller"].includes(kind)
      ? null
      : `draws operations, and a "${kind}" is over weights; take the distribution "categorical", or the sampler "one-hot"`,
  make:
    ({ discrete }) =>
    (member, stream, choices) => {
      const path = member.path!(stream);
      return { draw: along(discrete ? thinned(choices, path, stream) : path, member.operations), drawn: path };
    },
});

/** A path as an architecture: of each group as many edges as it keeps, drawn uniformly among those with an operation. */
export function thinned(choices: Choices, path: Picks, stream: RandomStream): Picks {
  const picks = [...path];
  for (const { edges, keep } of choices.groups) {
    const order = stream.permutation(edges.length);
    const shuffled = Array.from(order, (k) => edges[k]);
    const usable = (e: number) => presentOn(choices, e).includes(path[e][0]);
    const kept = [...shuffled.filter(usable), ...shuffled.filter((e) => !usable(e))].slice(0, keep);
    for (const e of edges) {
      const all = presentOn(choices, e);
      if (!kept.includes(e)) picks[e] = [];
      else if (!usable(e)) picks[e] = [all[stream.below(all.length)]]; // too many were "none"
    }
  }
  return picks;
}

/**
 * Two operations of each edge are drawn without replacement; of these one by their probabilities, whose gate is open (ProxylessNAS, Cai
 * et al., ICLR 2019, section 3.2.2): ∂L/∂α_i = Σ_j ∂L/∂g_j q_j (δ_ij - q_i) over the two, q their probabilities among themselves. After
 * the update the two logits are shifted so that their probability together, and so each other operation's, stays as it was. All
 * operations run, so that the closed gates have their gradients: the memory is the mixture's, which the paper's own two paths save.
 */
const twoPaths = part<Sampler, object>({
  kind: "two-paths",
  settings: z.strictObject({}),
  refuses: ({ distribution: { kind } }) =>
    kind === "categorical" ? null : `has gates for two operations of a "categorical"; the distribution is "${kind}"`,
  unfit: ({ edges }) =>
    edges.every(({ picks }) => picks === 1)
      ? null
      : "takes one of each choice, and this space has choices that take several",
  make:
    () =>
    ({ distribution: { rows, kept, operations } }, stream) => {
      const columns = operations.length;
      const gates = rows.map((row, e) => {
        const p = row.mean();
        const first = (row as Categorical).sampleIndex(stream);
        const second = new Categorical(
          p.map((x, k) => (k === first ? IMPOSSIBLE : Math.max(Math.log(x), IMPOSSIBLE))),
        ).sampleIndex(stream);
        const pair = [first, second];
        const total = p[first] + p[second];
        const q = pair.map((k) => p[k] / total);
        const open = stream.uniform() < q[0] ? first : second;
        return { places: pair.map((k) => e * columns + kept[e][k]), q, open: kept[e][open] };
      });
      return {
        draw: {
          theta: along(
            gates.map(({ open }) => [open]),
            columns,
          ).theta,
        },
        pull: (dTheta) => {
          const gradient = new Float64Array(rows.length * columns);
          for (const { places, q } of gates) {
            const d = places.map((place) => dTheta[place]);
            const average = q[0] * d[0] + q[1] * d[1];
            places.forEach((place, k) => {
              gradient[place] = q[k] * (d[k] - average);
            });
          }
          return gradient;
        },
        settle: (parameters, before) => {
          for (const { places } of gates) {
            const shift =
              logSumExp(places.map((place) => before[place])) - logSumExp(places.map((place) => parameters[place]));
            for (const place of places) parameters[place] += shift;
          }
        },
      };
    },
});

/** The draw in which one operation of each edge has the weight 1, and runs alone. */
export const along = (path: Picks, operations: number) => ({
  path,
  theta: path.map((chosen) => Float64Array.from({ length: operations }, (_, o) => (chosen.includes(o) ? 1 : 0))),
});

export const sampler = new Axis<Sampler>("sampler", [mean, relaxed, oneHot, path, twoPaths]);
/** The same parts, for the weight steps and the validation. */
export const weightSampler = new Axis<Sampler>("weightSampler", [mean, relaxed, oneHot, path]);
