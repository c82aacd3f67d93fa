// The axis of perturbations: what is done to the weights θ before the network's weights learn under them (SDARTS, drop path).
import { z } from "zod";
import type { RandomStream } from "../../backend";
import type { Draw, Moment, Passes } from "../method";
import type { ArchitectureSettings } from "../settings";
import { linear } from "./distribution";
import { Axis, part } from "./part";
import type { Stage } from "./pruning";

export interface Perturbed {
  /** The number of the skip connection among the operations; -1 if there is none. */
  readonly skip: number;
  readonly draw: Draw;
  readonly passes: Passes;
  readonly stream: RandomStream;
  readonly moment: Moment;
  readonly stage: Stage;
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

/** θ + U(-ε, ε), back on the simplex (SDARTS-RS; of the weights and not of their logits, as the authors' code has it). */
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

/**
 * The worst θ within ε of each weight that some steps of projected gradient ascent on the training loss find, from a random start; θ
 * itself if the loss is no greater there (SDARTS-ADV). The ascent takes the batch's own statistics, the authors' code the running ones.
 */
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
      const shares = draw.theta.map(total);
      let worst = moved(draw, () => epsilon * (2 * noise.uniform() - 1));
      for (let k = 0; k < steps; k++) {
        const { theta } = worst;
        const { dTheta } = passes.gradient("train", worst, { probe: true });
        worst = moved(draw, (e, o) => {
          const offset = (theta[e][o] - draw.theta[e][o]) / shares[e];
          const further = offset + ((2 * epsilon) / steps) * Math.sign(dTheta[e * columns + o]);
          return Math.min(epsilon, Math.max(-epsilon, further));
        });
      }
      return passes.outcome("train", worst).loss > passes.outcome("train", draw).loss ? worst : draw;
    },
});

/**
 * Drops whole edges, for each image and cell anew, with a probability that grows linearly from 0 in the first epoch to this in the last
 * (R-DARTS DP; Zela et al., ICLR 2020, section 5.1); what is left is divided by the probability that it stays.
 */
const dropPath = part<Perturbation, { probability: number }>({
  kind: "drop-path",
  settings: z.strictObject({ probability: z.number().positive().lt(1).default(0.2) }),
  refuses: allOperations,
  make:
    ({ probability }) =>
    ({ draw, passes, stream, moment }) => {
      const noise = stream.split("perturbation");
      const gate = gateOf(linear([0, probability], moment), noise);
      return gated(draw, passes, (row) => row.fill(gate()));
    },
});

/**
 * Drops skip connections, for each image and cell anew (P-DARTS, Chen et al., ICCV 2019, section 3.3; the authors drop single elements of
 * its output). A probability for each stage, the last for all after it; while the weights alone learn it goes down linearly, and then
 * as exp(-0.2 · epochs), as in the authors' code.
 */
const dropSkip = part<Perturbation, { probability: number[] }>({
  kind: "drop-skip",
  settings: z.strictObject({ probability: z.array(z.number().min(0).lt(1)).min(1).default([0.1, 0.4, 0.7]) }),
  refuses: allOperations,
  make:
    ({ probability }) =>
    ({ draw, passes, stream, skip, stage }) => {
      const { index, epoch, epochs, warmup } = stage;
      const highest = probability[Math.min(index, probability.length - 1)];
      const share = epoch < warmup ? (epochs - epoch - 1) / epochs : Math.exp(-0.2 * (epoch - warmup));
      const gate = gateOf(highest * share, stream.split("perturbation"));
      return skip < 0 ? draw : gated(draw, passes, (row) => row.fill(1).fill(gate(), skip, skip + 1));
    },
});

/** 0 with this probability, else what makes the mean 1. */
const gateOf = (probability: number, noise: RandomStream) => () =>
  noise.uniform() < probability ? 0 : 1 / (1 - probability);

/** @param set gives the gates of an edge's operations, for an image in a cell. */
function gated(draw: Draw, { batch, cells }: Passes, set: (row: Float32Array) => void): Draw {
  const [edges, operations] = [draw.theta.length, draw.theta[0].length];
  const gates = new Float32Array(batch * cells * edges * operations);
  for (let start = 0; start < gates.length; start += operations) set(gates.subarray(start, start + operations));
  return { ...draw, gates };
}

function allOperations({ sampler, weightSampler }: ArchitectureSettings): string | null {
  const { kind } = weightSampler ?? sampler;
  return kind === "mean" || kind === "relaxed"
    ? null
    : `moves the weights of all operations, and the sampler "${kind}" runs one`;
}

/**
 * θ with each weight moved by this much of its edge's sum (1, or γ), then kept within 0 and the sum, and scaled to it; where nothing is
 * left, all on the largest.
 */
function moved(draw: Draw, by: (edge: number, operation: number) => number): Draw {
  const theta = draw.theta.map((row, e) => {
    const share = total(row);
    const raised = row.map((weight, o) => (weight === 0 ? 0 : weight + share * by(e, o)));
    const inside = raised.map((weight) => Math.min(share, Math.max(0, weight)));
    const left = total(inside);
    const largest = row.indexOf(Math.max(...row));
    return inside.map((weight, o) => (left > 0 ? (weight * share) / left : o === largest ? share : 0));
  });
  return { ...draw, theta };
}

const total = (row: Float64Array) => row.reduce((sum, weight) => sum + weight, 0);

export const perturbation = new Axis<Perturbation>("perturbation", [none, random, adversarial, dropPath, dropSkip]);
