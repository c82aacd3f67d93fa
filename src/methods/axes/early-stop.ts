// The axis of early stops: whether the search ends, or regularises more, once the loss landscape sharpens (R-DARTS), or that it is watched.
import { z } from "zod";
import { type HessianOptions, hessianFault, hessianFields } from "../hessian";
import type { Moment } from "../method";
import type { ArchitectureSettings } from "../settings";
import { Axis, part } from "./part";

/** The dominant eigenvalue after an epoch. */
export interface Reading {
  /** 0-based. */
  readonly epoch: number;
  readonly eigenvalue: number;
}

export interface Watch {
  /** Whether there is a reading after this epoch. */
  reads(moment: Moment): boolean;
  /** What is read: the dominant eigenvalue of this Hessian. */
  readonly hessian: HessianOptions;
  /** What follows from it; null: nothing. */
  readonly stop: Stop | null;
}

export interface Stop {
  /** The epoch (0-based) to go back to by the end of which the readings did not rise yet; null: go on. */
  verdict(readings: readonly Reading[]): number | null;
  /** The earliest epoch that a later verdict may go back to. */
  oldest(readings: readonly Reading[]): number;
  /** What to multiply the weight decay with and how far, to search on from there; null: the search ends. */
  readonly decay: { readonly factor: number; readonly limit: number } | null;
}

/** Null: never. */
export type EarlyStop = Watch | null;

const none = part<EarlyStop, object>({ kind: "none", settings: z.strictObject({}), make: () => null });

/** Readings between the two averages that are compared. */
const DELTA = 4;

/** How often and what is read. */
interface Readings extends HessianOptions {
  readonly every: number;
}

interface Settings extends Readings {
  readonly window: number;
  readonly from: number;
  readonly ratio: number;
  readonly action: "stop" | "decay";
  readonly factor: number;
  readonly limit: number;
}

const every = z.int().positive().default(2);

const readsEach =
  (every: number): Watch["reads"] =>
  ({ epoch, epochs }) =>
    epoch % every === 0 || epoch === epochs - 1;

/** Why there is nothing to read. */
function unread({ distribution, objective, earlyStop }: ArchitectureSettings): string | null {
  if (objective.kind === "none") return 'watches what is learnt, and the objective is "none"';
  const fault = hessianFault(earlyStop as unknown as HessianOptions, distribution.kind);
  return fault && `cannot be read: ${fault}`;
}

/** Reads the dominant eigenvalue and changes nothing: it is in the epochs' records (DrNAS, figures 4 and 5). */
const watch = part<EarlyStop, Readings>({
  kind: "watch",
  settings: z.strictObject({
    /** Epochs between two readings. */
    every,
    ...hessianFields({ of: "logits", regulariser: false, derivatives: "exact" }),
  }),
  refuses: unread,
  make: ({ every, ...hessian }) => ({ reads: readsEach(every), hessian, stop: null }),
});

/**
 * The dominant eigenvalue λ of ∇²L_val by the parameters (R-DARTS, Zela et al., ICLR 2020, section 4.3): once the average of λ over a
 * window is `ratio` times what it was four readings before, the search goes back to the middle of the earlier window. There it ends
 * ("stop", DARTS-ES), or the weights learn on with more weight decay ("decay", DARTS-ADA).
 */
const eigenvalue = part<EarlyStop, Settings>({
  kind: "eigenvalue",
  settings: z.strictObject({
    /** Epochs between two readings. */
    every,
    ...hessianFields({ of: "parameters", regulariser: true, derivatives: "exact" }),
    /** Readings that are averaged. */
    window: z.int().positive().default(5),
    /** The first epoch that it may go back to. */
    from: z.int().nonnegative().default(10),
    ratio: z.number().positive().default(1.3),
    action: z.enum(["stop", "decay"]).default("stop"),
    /** Of the weight decay at each time; only for "decay". */
    factor: z.number().gt(1).default(3),
    /** The largest weight decay; only for "decay". */
    limit: z.number().positive().default(0.0243),
  }),
  refuses: (settings) =>
    settings.pruning.kind === "none"
      ? unread(settings)
      : 'compares one network over the epochs; take the pruning "none"',
  make: ({ every, window, from, ratio, action, factor, limit, ...hessian }) => {
    /** The middle of the earlier window, in readings from the last one. */
    const reach = Math.floor(window / 2) + DELTA;
    const stop: Stop = {
      verdict(readings) {
        const target = readings.at(-1 - reach);
        if (!target || target.epoch < from) return null;
        const earlier = average(readings.slice(0, -DELTA), window);
        return average(readings, window) / earlier > ratio ? target.epoch : null;
      },
      oldest: (readings) => (readings.at(-reach) ?? readings[0]).epoch,
      decay: action === "decay" ? { factor, limit } : null,
    };
    return { reads: readsEach(every), hessian, stop };
  },
});

/** Of the last readings. */
function average(readings: readonly Reading[], window: number): number {
  const last = readings.slice(-window);
  return last.reduce((sum, { eigenvalue }) => sum + eigenvalue, 0) / last.length;
}

export const earlyStop = new Axis<EarlyStop>("earlyStop", [none, watch, eigenvalue]);
