// What a method may ask of the network in a step, by the compiled steps.
import type { Passes } from "../methods";
import type { PassResult } from "./pass";
import type { Steps } from "./steps";
import type { SeededBatch } from "./tensors";

/**
 * @param rate the weights' learning rate in this step, ξ of the unrolled objectives.
 * @param failure the error for a pass whose loss or gradient is not finite.
 */
export function passesOf(
  steps: Steps,
  search: SeededBatch,
  train: SeededBatch,
  rate: number,
  failure: (loss: number) => Error,
): Passes {
  const batches = { search, train };
  const batch = search.labels.length;
  const finite = <T extends PassResult>(result: T): T => {
    if (!result.healthy) throw failure(result.loss);
    return result;
  };
  return {
    batch,
    cells: steps.cells,
    gradient: (half, draw, { probe = false } = {}) =>
      finite(steps.architecture(batches[half], draw, { statistics: !probe })),
    curvature: (half, draw, v) => finite(steps.curvature(batches[half], draw, v)),
    byImage(draw) {
      const { loss, dTheta } = finite(steps.perImage(search, draw));
      const columns = dTheta.length / batch;
      const rows = Array.from({ length: batch }, (_, b) =>
        Float64Array.from(dTheta.subarray(b * columns, (b + 1) * columns)),
      );
      return { loss, dTheta: rows };
    },
    outcome(half, draw) {
      const { loss, correct } = finite(steps.outcome(batches[half], draw));
      return { loss, accuracy: correct / batch };
    },
    unrolled: (draw) => finite(steps.unrolled(search, train, draw, rate)),
    neumann: (draw, terms) => finite(steps.neumann(search, train, draw, rate, terms)),
  };
}
