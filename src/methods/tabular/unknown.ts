// Draws of what has not been evaluated yet, for methods that ask for no architecture twice.
import type { RandomStream } from "../../backend";
import type { Architecture } from "../../spaces";
import type { Evaluator } from "./evaluator";

/** Whether there is an architecture left to evaluate, and budget for it. */
export const anyLeft = (evaluator: Evaluator): boolean => evaluator.open && evaluator.distinct < evaluator.space.size;

/** A uniform draw of the architectures that are not known; there must be one. */
export function sampleUnknown(evaluator: Evaluator, stream: RandomStream): Architecture {
  for (;;) {
    const architecture = evaluator.space.sample(stream);
    if (evaluator.known(architecture) === undefined) return architecture;
  }
}
