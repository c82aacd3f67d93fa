// What a search method is to the trainer: a distribution over architectures that can be drawn from and that learns from the passes of a network.
import type { RandomStream } from "../backend";
import type { CellDistribution } from "../distributions";
import type { ProxyName } from "../proxies/names";
import type { Choices, Picks } from "../spaces";
import type { MethodDescription } from "./description";
import type { HessianOptions } from "./hessian";
import type { ArchitectureSettings, SettingsInput } from "./settings";
import type { Spectrum } from "./spectrum";

/** What a forward pass runs under. */
export interface Draw {
  /** The operations' weights θ [edges][operations]. */
  readonly theta: readonly Float64Array[];
  /** An operation of each edge: only these run, as if all other weights were zero. Without it all run. */
  readonly path?: Picks;
  /** Whether an edge counts as much as its weights in sum, with all that it passes on (PC-DARTS). */
  readonly weightedEdges?: boolean;
  /**
   * Factors of θ, an image's own in each cell, [batch, cells, edges, operations] flat (all cells of the network, in order): 0 drops an
   * operation, 1/(1−p) makes up for it (drop path: R-DARTS DP, P-DARTS). Only a weight step without a path heeds them.
   */
  readonly gates?: Float32Array;
}

/** One of the draws that a weight step runs under; its loss counts with this weight. */
export interface WeightedDraw {
  readonly draw: Draw;
  readonly weight: number;
}

/** Where a search is. */
export interface Moment {
  /** 0-based. */
  readonly epoch: number;
  /** Epochs of the whole search. */
  readonly epochs: number;
  /** 0-based, in the epoch. */
  readonly step: number;
  /** N: images that the distribution learns from. */
  readonly images: number;
}

/** Which batch of the step: "search" is the validation half's, from which the distribution learns; "train" the weights'. */
export type Half = "search" | "train";

/** What a pass over a batch told. */
export interface Pass {
  /** Mean cross-entropy. */
  readonly loss: number;
  /** ∂L/∂θ [edges · operations]. */
  readonly dTheta: ArrayLike<number>;
}

/**
 * What a method may ask of the network and the two batches of the step under way. Nothing that it asks changes the weights.
 * @throws UserError, all of them, where a loss or gradient is not finite.
 */
export interface Passes {
  /** Images in a batch. */
  readonly batch: number;
  /** Cells of the network. */
  readonly cells: number;
  /** The loss of a batch and its gradient by θ. @param options with `probe` it leaves the running statistics as they are. */
  gradient(half: Half, draw: Draw, options?: { readonly probe?: boolean }): Pass;
  /** ∂L/∂θ and ∂²L/∂θ² · v of a batch, exactly [edges · operations]; the running statistics stay as they are. @param draw without a path. */
  curvature(
    half: Half,
    draw: Draw,
    v: ArrayLike<number>,
  ): { readonly gradient: ArrayLike<number>; readonly product: ArrayLike<number> };
  /** The same by each image's own θ: ∂L_i/∂θ of its share of the loss, [batch][edges · operations]; batch norm couples the images. */
  byImage(draw: Draw): { readonly loss: number; readonly dTheta: readonly Float64Array[] };
  /** Loss and accuracy (0 … 1) of a batch, forward only, with the batch's own statistics. */
  outcome(half: Half, draw: Draw): { readonly loss: number; readonly accuracy: number };
  /** The validation loss one step of SGD on, and its whole gradient by θ (DARTS eqs. 6-8). */
  unrolled(draw: Draw): Pass;
  /** The validation loss, and its gradient by θ through 1 + `terms` terms of the Neumann series (iDARTS). */
  neumann(draw: Draw, terms: number): Pass;
}

/** What a read-out may ask of architectures. */
export interface Judge {
  /** Validation accuracy (0 … 1) of an architecture with the shared weights, on one batch, always the same, or on all images. */
  accuracy(path: Picks, images: "batch" | "all"): Promise<number>;
  /** How architectures' own networks rank by training-free proxies, by the sum of ranks: a number each, higher is better. */
  trainingFree(paths: readonly Picks[], proxies: readonly ProxyName[]): Promise<readonly number[]>;
}

/** What a method wants of the network before an epoch begins: a fresh one. */
export interface NetworkChange {
  /** By edge the numbers of the operations that stay. */
  readonly kept: readonly (readonly number[])[];
  /** The share of the settings' cells that a fresh network has; the old one is given up. */
  readonly depth: number;
  /** Epochs from now on over which the fresh network's learning rate goes down. */
  readonly epochs: number;
}

/** What the look at an epoch's end told. */
export interface Review {
  /** Of the validation loss's Hessian, where it was read. */
  readonly spectrum: Spectrum | null;
  /** The epoch (0-based) whose end to go back to; null: go on. */
  readonly back: number | null;
  /** The earliest epoch that a later review may go back to; null: none ever will. */
  readonly oldest: number | null;
  /** What the weight decay grows by, and its limit, to go on from there; null: the search ends there. */
  readonly decay: { readonly factor: number; readonly limit: number } | null;
}

/** A distribution over architectures that learns. */
export interface ArchitectureLearner {
  /** The distribution as it is at a moment: a value, which later learning does not change. */
  distribution(moment: Moment): CellDistribution;
  /** The operations' free parameters η [edges][operations] as they are now: a copy. */
  readonly eta: Float64Array[];
  /** The architecture of the largest weights, as the method compares them. */
  mostProbable(moment: Moment): Picks;
  /** Before an epoch begins: what is to be changed of the network; null if nothing. @param stream for parameters that start anew. */
  begin(stream: RandomStream, moment: Moment): NetworkChange | null;
  /**
   * The network changes. On each edge the `keep` operations of the largest weights stay, with their parameters and what the update remembers
   * of them, and the distribution is over them alone from now on (null: all stay). What an early stop has read so far is forgotten.
   */
  prune(keep: number | null, moment: Moment): void;
  /** The operations that each edge still has. */
  readonly kept: readonly (readonly number[])[];
  /** One step of the distribution; answers its loss, the regulariser's value included; null if there is nothing to learn. */
  learn(passes: Passes, stream: RandomStream, moment: Moment): number | null;
  /** What the weight step runs under; it follows `learn`, or stands alone while η warms up. */
  weightDraws(passes: Passes, stream: RandomStream, moment: Moment): readonly WeightedDraw[];
  /**
   * At an epoch's end, after its validation. @param passes with the last validation batch that the distribution learnt from.
   * @param interrupted is asked now and then; it lets timers run. @returns null if interrupted: then nothing is remembered of it.
   */
  review(passes: Passes, moment: Moment, interrupted: () => Promise<boolean>): Promise<Review | null>;
  /**
   * The eigenvalues of the validation loss's Hessian on the search batch. @returns null if interrupted. @throws UserError where the
   * distribution has no mean weights.
   */
  spectrum(
    passes: Passes,
    moment: Moment,
    options: HessianOptions,
    interrupted: () => Promise<boolean>,
  ): Promise<Spectrum | null>;
  /** All that learning has changed: a copy, plain values. */
  state(): object;
  /** Goes back to a state of this learner. */
  restore(state: object): void;
  /** The architecture that the search ends with. */
  derive(judge: Judge, stream: RandomStream, moment: Moment): Promise<Picks>;
  /** What a validation pass runs under. */
  validationDraw(stream: RandomStream, moment: Moment): Draw;
}

export interface Method extends MethodDescription {
  readonly supernet: true;
  /** What it sets differently from the defaults; the parts on its axes under `architecture`. Plain JSON. */
  readonly settings: SettingsInput;
  /** What it sets differently on some spaces, by their names. */
  readonly on?: Readonly<Record<string, SettingsInput>>;
  /** @param stream for the initial parameters. */
  learner(choices: Choices, settings: ArchitectureSettings, stream: RandomStream): ArchitectureLearner;
}
