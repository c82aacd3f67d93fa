// What a run tells its listeners: records of steps and epochs, and how far the stage is.

import type { EdgeRecord } from "../distributions";

/** Mean cross-entropy over images, and the share (0 … 1) that is classified rightly. */
export interface Score {
  readonly loss: number;
  readonly accuracy: number;
}

/** One bilevel step: the architecture half-step on a validation batch, then the weight half-step on a training batch. */
export interface StepRecord {
  /** 1-based, of the whole run. */
  readonly step: number;
  /** 1-based. */
  readonly epoch: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  /** Loss of the architecture half-step, the regulariser included where it is part of the loss; null while η warms up. */
  readonly searchLoss: number | null;
  /** Mean over the edges of the entropy of the mean operation probabilities, in nats. */
  readonly entropy: number;
  readonly seconds: number;
  /** Of these: both batches read, augmented and put on the device. */
  readonly imageSeconds: number;
  /** The architecture half-step, gradient and update of η; 0 while η warms up. */
  readonly architectureSeconds: number;
  /** The weight half-step, its θ drawn. */
  readonly weightSeconds: number;
}

/** An epoch, after its validation pass. */
export interface EpochRecord {
  /** 1-based. */
  readonly epoch: number;
  readonly train: Score;
  readonly valid: Score;
  readonly seconds: number;
  /** Median of the epoch's steps. */
  readonly secondsPerStep: number;
  /** The distribution's parameters η [edges][operations]. */
  readonly eta: readonly (readonly number[])[];
  /** The distribution's parameters, a row an edge, over the operations that it has then, and which these are. */
  readonly rows: readonly EdgeRecord[];
  readonly kept: readonly (readonly number[])[];
  /** The mean operation probabilities [edges][operations]. */
  readonly mean: readonly (readonly number[])[];
  readonly entropy: number;
  /** The dominant eigenvalue of the validation loss's Hessian, as the setting `earlyStop` wants it; null where it read none. */
  readonly eigenvalue: number | null;
  /** The smallest one, and the Hessian's diagonal over the edges' operations; null, too, for more than 64 of these. */
  readonly smallestEigenvalue: number | null;
  readonly hessianDiagonal: readonly number[] | null;
  /** The most probable architecture, as the space prints it. */
  readonly architecture: string;
  /** Memory that the process holds (its resident set) at the end. */
  readonly residentBytes: number;
}

/** A part of the search with a network of its own. */
export interface StageRecord {
  /** 1-based. */
  readonly stage: number;
  /** The epoch that it begins with, 1-based. */
  readonly epoch: number;
  /** By edge the numbers of the operations that it has. */
  readonly kept: readonly (readonly number[])[];
  /** K of partial channels. */
  readonly partialChannels: number;
  /** The share of the settings' cells. */
  readonly depth: number;
  /** Whether it has fewer operations than the one before, and whether its mixtures have more channels. */
  readonly pruned: boolean;
  readonly widened: boolean;
}

/** The search went back to the end of an earlier epoch, because the dominant eigenvalue had risen (R-DARTS). */
export interface Rollback {
  /** The last epoch before it, 1-based, and the one whose end it went back to. */
  readonly from: number;
  readonly to: number;
  /** Whether the search has ended there. */
  readonly stopped: boolean;
  /** Of the weights from now on. */
  readonly weightDecay: number;
  /** The records of the epochs that were given up. */
  readonly dropped: readonly EpochRecord[];
}

/** How far the running stage is. */
export interface Progress {
  /** 1-based. */
  readonly stage: number;
  readonly phase: "compiling" | "searching" | "validating" | "paused";
  /** The epoch that is under way, 1-based, of the whole run, and the one the stage ends with. */
  readonly epoch: number;
  readonly lastEpoch: number;
  /** Steps of this stage that are done, and all of them. */
  readonly step: number;
  readonly steps: number;
  /** null until it can be told. */
  readonly secondsPerStep: number | null;
  readonly secondsLeft: number | null;
}

export interface RunEvents {
  /** A stage begins. */
  stage: Progress;
  /** The network is a new one from now on, or the first. */
  change: StageRecord;
  step: StepRecord;
  epoch: EpochRecord;
  rollback: Rollback;
  /** Between two steps, after all else: `state()` is now one to go on from. The number of steps. */
  rest: number;
  /** What the user should know beside the records, see `SearchRun.notice`. */
  notice: string | null;
  /** The stage has paused (true), or goes on. */
  pause: boolean;
  /** A stage ends, whatever the reason: see the run's status. */
  end: "interrupted" | "idle" | "failed";
}
