// What a read-out may ask of architectures: accuracies with the shared weights, and training-free scores.
import { UserError } from "../errors";
import { along, type Judge } from "../methods";
import { combine, requireProxy, type Score, scores } from "../proxies";
import type { NetworkSize, SearchSpace } from "../spaces";
import type { Batches } from "./batches";
import type { Steps } from "./steps";
import { nextTurn } from "./turn";

/** Images that a training-free score sees. */
const IMAGES = 64;

export interface JudgeOptions {
  readonly space: SearchSpace;
  readonly size: NetworkSize;
  /** Of the fresh weights, the same for every architecture. */
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** @throws UserError, what it answers, once the signal is aborted. */
export function judgeOf(steps: Steps, batches: Batches, { space, size, seed, signal }: JudgeOptions): Judge {
  const columns = space.operations.length;
  const turn = async () => {
    await nextTurn();
    if (signal.aborted) throw new UserError("run.derive: interrupted; the run is as it was, call it again");
  };
  return {
    /** With the batch's own statistics: the running ones are a mixture of all architectures that were trained. */
    async accuracy(path, images) {
      const count = images === "all" ? batches.validationBatches : 1;
      let correct = 0;
      let seen = 0;
      for (let k = 0; k < count; k++) {
        await turn();
        const batch = await batches.validation(0, k);
        correct += steps.outcome(batch, along(path, columns)).correct;
        seen += batch.labels.filter((label) => label >= 0).length;
      }
      return correct / seen;
    },
    async trainingFree(paths, names) {
      const chosen = names.map(requireProxy);
      const { images, labels } = await batches.search(0, 0);
      const count = Math.min(IMAGES, labels.length);
      const batch = {
        images: images.subarray(0, (images.length / labels.length) * count),
        labels: labels.subarray(0, count),
      };
      const found: Record<string, Score>[] = [];
      for (const path of paths) {
        await turn();
        found.push(await scores(space.architecture(path), chosen, batch, { size, seed }));
      }
      return combine(
        chosen.map(({ name, better }) => ({ name, better, scores: found.map((each) => each[name].value) })),
      );
    },
  };
}
