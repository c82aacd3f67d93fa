// The axis of samplers: what of a distribution a forward pass runs under.
import { z } from "zod";
import type { RandomStream } from "../../backend";
import type { ArchitectureSettings } from "../settings";
import type { Member, Sample } from "./family";
import { Axis, part } from "./part";

export type Sampler = (member: Member, stream: RandomStream) => Sample;

/** θ is the mean: all operations, no noise (DARTS). */
const mean = part<Sampler, object>({
  kind: "mean",
  settings: z.strictObject({}),
  make: () => (member) => member.mean(),
});

const noise = ({ distribution: { kind } }: ArchitectureSettings) => {
  if (kind === "point-mass") return 'takes draws, and a "point-mass" has none; take the sampler "mean"';
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
  make: () => (member, stream) => {
    const { draw, pull } = member.relaxed!(stream);
    const path = draw.theta.map((row) => row.indexOf(Math.max(...row)));
    return { draw: along(path, draw.theta[0].length), pull };
  },
});

/** θ is the one-hot of an operation that is drawn for each edge, which alone runs; the gradient is the score function's. */
const path = part<Sampler, object>({
  kind: "path",
  settings: z.strictObject({}),
  refuses: ({ distribution: { kind } }) =>
    ["categorical", "controller"].includes(kind)
      ? null
      : `draws operations, and a "${kind}" is over weights; take the distribution "categorical", or the sampler "one-hot"`,
  make: () => (member, stream) => ({
    draw: along(member.path!(stream), member.distribution.operations.length),
  }),
});

/** The draw in which one operation of each edge has the weight 1, and runs alone. */
export const along = (path: readonly number[], operations: number) => ({
  path,
  theta: path.map((chosen) => Float64Array.from({ length: operations }, (_, o) => (o === chosen ? 1 : 0))),
});

export const sampler = new Axis<Sampler>("sampler", [mean, relaxed, oneHot, path]);
/** The same parts, for the weight steps and the validation. */
export const weightSampler = new Axis<Sampler>("weightSampler", [mean, relaxed, oneHot, path]);
