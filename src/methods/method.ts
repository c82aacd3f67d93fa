// What a search method is to the trainer: a distribution over architectures that can be drawn from and that learns from ∂L/∂θ.
import type { RandomStream } from "../backend";
import type { EdgeDirichlets } from "../distributions";
import type { Edge } from "../spaces";
import type { MethodDescription } from "./description";
import type { ArchitectureSettings } from "./settings";

/** What a method has to know of a search space. */
export interface Choices {
  readonly edges: readonly Edge[];
  readonly operations: readonly string[];
}

/** What a forward pass runs under. */
export interface Draw {
  /** The operations' weights θ [edges][operations]. */
  readonly theta: readonly Float64Array[];
  /** An operation of each edge [edges]: only these run, as if all other weights were zero. Without it all run. */
  readonly path?: readonly number[];
  /**
   * Factors of θ, an image's own in each cell, [batch, cells, edges, operations] flat (all cells of the network, in order): 0 drops an
   * operation, 1/(1−p) makes up for it (drop path: R-DARTS DP, P-DARTS). Only a weight step without a path heeds them.
   */
  readonly gates?: Float32Array;
}

/** A draw and how much its loss counts. */
export interface WeightedDraw {
  readonly draw: Draw;
  readonly weight: number;
}

/** A distribution over architectures that learns. */
export interface ArchitectureLearner {
  /** The distribution as it is now: a value, which later learning does not change. */
  readonly distribution: EdgeDirichlets;
  /** The parameters η [edges][operations] as they are now: a copy. */
  readonly eta: Float64Array[];
  /** What one forward pass runs under. */
  sample(stream: RandomStream): Draw;
  /** One step from ∂L/∂θ [edges · operations] of a validation batch under the draw; answers the regulariser's value. */
  learn(draw: Draw, dTheta: ArrayLike<number>): number;
}

export interface Method extends MethodDescription {
  readonly supernet: true;
  /** @param stream for the initial parameters. */
  learner(choices: Choices, settings: ArchitectureSettings, stream: RandomStream): ArchitectureLearner;
}
