// The axis of perturbations: what is done to the weights θ before the network's weights learn under them (SDARTS).
import { z } from "zod";
import type { RandomStream } from "../../backend";
import type { Draw, Moment, Passes } from "../method";
import type { ArchitectureSettings } from "../settings";
import { linear } from "./distribution";
import { Axis, part } from "./part";

export interface Perturbed {
  readonly draw: Draw;
  readonly passes: Passes;
  readonly stream: RandomStream;
  readonly moment: Moment;
}

export type Perturbation = (at: Perturbed) => Draw;

const none = part<Perturbation, object>({
  kind: "none",
  settings: z.strictObject({}),
  make:
    () =>
    ({ draw }) =>
      draw,
});

/** ε in the first and the last epoch. */
const radius = z.tuple([z.number().positive(), z.number().positive()]).default([0.03, 0.3]);

/** θ + U(-ε, ε), back on the simplex (SDARTS-RS; on the weights instead of their logits, as in the authors' code, is inferred). */
const random = part<Perturbation, { radius: [number, number] }>({
  kind: "random",
  settings: z.strictObject({ radius }),
  refuses: allOperations,
  make:
    ({ radius }) =>
    ({ draw, stream, moment }) => {
      const epsilon = linear(radius, moment);
      const noise = stream.split("perturbation");
      return moved(draw, () => epsilon * (2 * noise.uniform() - 1));
    },
});

/** The worst θ within ε of each weight that some steps of projected gradient ascent on the training loss find (SDARTS-ADV). */
const adversarial = part<Perturbation, { radius: [number, number]; steps: number }>({
  kind: "adversarial",
  settings: z.strictObject({ radius, steps: z.int().positive().default(7) }),
  refuses: allOperations,
  make:
    ({ radius, steps }) =>
    ({ draw, passes, stream, moment }) => {
      const epsilon = linear(radius, moment);
      const noise = stream.split("perturbation");
      const columns = draw.theta[0].length;
      const start = draw.theta.map((row) => row.map(() => epsilon * (2 * noise.uniform() - 1)));
      let offset = start;
      for (let k = 0; k < steps; k++) {
        const at = moved(draw, (e, o) => offset[e][o]);
        const { dTheta } = passes.gradient("train", at, { probe: true });
        offset = offset.map((row, e) =>
          row.map((d, o) => {
            const next = d + ((2 * epsilon) / steps) * Math.sign(dTheta[e * columns + o]);
            return Math.min(epsilon, Math.max(-epsilon, next));
          }),
        );
      }
      const worst = moved(draw, (e, o) => offset[e][o]);
      return passes.outcome("train", worst).loss > passes.outcome("train", draw).loss ? worst : draw;
    },
});

function allOperations({ sampler, weightSampler }: ArchitectureSettings): string | null {
  const { kind } = weightSampler ?? sampler;
  return kind === "mean" || kind === "relaxed"
    ? null
    : `moves the weights of all operations, and the sampler "${kind}" runs one`;
}

/** θ with each weight moved, then made nonnegative and of sum 1 on each edge. */
function moved(draw: Draw, by: (edge: number, operation: number) => number): Draw {
  const theta = draw.theta.map((row, e) => {
    const raised = row.map((weight, o) => (weight === 0 ? 0 : Math.max(0, weight + by(e, o))));
    const total = raised.reduce((sum, weight) => sum + weight, 0);
    return total > 0 ? raised.map((weight) => weight / total) : row;
  });
  return { ...draw, theta };
}

export const perturbation = new Axis<Perturbation>("perturbation", [none, random, adversarial]);
