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

/** A distribution over architectures that learns. */
export interface ArchitectureLearner {
  /** The distribution as it is now: a value, which later learning does not change. */
  readonly distribution: EdgeDirichlets;
  /** The parameters η [edges][operations] as they are now: a copy. */
  readonly eta: Float64Array[];
  /** Operation weights θ [edges][operations] for one forward pass. */
  sample(stream: RandomStream): Float64Array[];
  /** One step from ∂L/∂θ [edges · operations] of a validation batch at the θ that was drawn; answers the regulariser's value. */
  learn(theta: readonly Float64Array[], dTheta: ArrayLike<number>): number;
}

export interface Method extends MethodDescription {
  readonly supernet: true;
  /** @param stream for the initial parameters. */
  learner(choices: Choices, settings: ArchitectureSettings, stream: RandomStream): ArchitectureLearner;
}
