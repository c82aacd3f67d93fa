// The axis of pruning: a search in stages, each with fewer operations on an edge and with a network of its own (P-DARTS).
import { z } from "zod";
import type { Choices } from "../../spaces";
import type { Moment } from "../method";
import type { Kept } from "./family";
import { Axis, part } from "./part";

/** A part of the search in which the operations of each edge stay the same. */
export interface Stage {
  /** 0-based. */
  readonly index: number;
  /** 0-based, in the stage. */
  readonly epoch: number;
  /** Epochs of the stage. */
  readonly epochs: number;
  /** Epochs at its start in which the weights alone learn. */
  readonly warmup: number;
  /** Operations that an edge has; null: all. */
  readonly keep: number | null;
  /** The share of the settings' cells that its network has. */
  readonly depth: number;
}

/** The stage of a moment; null if there are no stages. */
export type Pruning = ((moment: Moment) => Stage) | null;

const none = part<Pruning, object>({ kind: "none", settings: z.strictObject({}), make: () => null });

interface Stages {
  readonly keep: number[];
  readonly depth: number[];
  readonly warmup: number;
}

/**
 * Stages of equal length (P-DARTS, Chen et al., ICCV 2019, section 3.2): between two of them each edge drops the operations of the
 * smallest mean weights; the distribution and the weights of a deeper network start anew.
 */
const stages = part<Pruning, Stages>({
  kind: "stages",
  settings: z.strictObject({
    /** Operations of an edge in the second stage, the third … (of 5 on NAS-Bench-201, where the paper has 8, 5 and 3: inferred). */
    keep: z.array(z.int().min(2)).min(1).default([4, 3]),
    /** Cells of each stage's network as a share of the settings' (the paper: 5, 11 and 17). */
    depth: z
      .array(z.number().positive().max(1))
      .min(2)
      .default([5 / 17, 11 / 17, 1]),
    /** Epochs at the start of each stage in which the weights alone learn. */
    warmup: z.int().nonnegative().default(10),
  }),
  refuses: ({ distribution, edges, pruning }) => {
    const { keep, depth } = pruning as unknown as Stages;
    if (keep.length !== depth.length - 1)
      return `has ${depth.length} stages by \`depth\`, and \`keep\` must have a number for each after the first, ${depth.length - 1}; it has ${keep.length}`;
    if (keep.some((count, k) => k > 0 && count > keep[k - 1])) return `can't keep more operations later: [${keep}]`;
    if (distribution.kind === "controller") return 'drops operations by their weights, and a "controller" has none';
    return edges.kind === "sum" ? null : 'drops by weights that sum to 1 on each edge; take the edges "sum"';
  },
  make:
    ({ keep, depth, warmup }) =>
    ({ epoch, epochs }) => {
      const start = (index: number) => Math.floor((index * epochs) / depth.length);
      let index = depth.length - 1;
      while (start(index) > epoch) index--;
      return {
        index,
        epoch: epoch - start(index),
        epochs: start(index + 1) - start(index),
        warmup,
        keep: index > 0 ? keep[index - 1] : null,
        depth: depth[index],
      };
    },
});

/** On each edge the `count` kept operations of the largest weights, but as many as an architecture takes of it. @param weights [edges][operations] */
export const keepStrongest = (
  { edges }: Pick<Choices, "edges">,
  weights: readonly Float64Array[],
  kept: Kept,
  count: number,
): Kept =>
  kept.map((row, e) =>
    [...row]
      .sort((a, b) => weights[e][b] - weights[e][a])
      .slice(0, Math.max(count, edges[e].picks))
      .sort((a, b) => a - b),
  );

export const pruning = new Axis<Pruning>("pruning", [none, stages]);
