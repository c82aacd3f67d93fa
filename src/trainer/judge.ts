// What a read-out may ask of architectures: accuracies with the shared weights, and training-free scores.
import type { RandomStream } from "../backend";
import { along, type Judge } from "../methods";
import { gradNorm } from "../proxies";
import type { NasBench201 } from "../spaces";
import type { NetworkSize } from "../supernet";
import type { Batches } from "./batches";
import type { Steps } from "./steps";

/** Images that a training-free score sees. */
const IMAGES = 64;

/** @param random the stream of the fresh weights, the same for every architecture, and of the augmentation. */
export function judgeOf(
  steps: Steps,
  batches: Batches,
  { space, size, random }: { space: NasBench201; size: NetworkSize; random: RandomStream },
): Judge {
  const columns = space.operations.length;
  return {
    /** With the batch's own statistics: the running ones are a mixture of all architectures that were trained. */
    async accuracy(path, images) {
      const count = images === "all" ? batches.validationBatches : 1;
      let correct = 0;
      let seen = 0;
      for (let k = 0; k < count; k++) {
        await new Promise<void>((resolve) => setImmediate(resolve)); // timers and the interrupt get their turn
        const batch = batches.validation(0, k);
        correct += steps.outcome(batch, along(path, columns)).correct;
        seen += batch.labels.filter((label) => label >= 0).length;
      }
      return correct / seen;
    },
    async gradientNorm(path) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const { images, labels } = batches.search(0, 0);
      const count = Math.min(IMAGES, labels.length);
      const batch = {
        images: images.subarray(0, (images.length / labels.length) * count),
        labels: labels.subarray(0, count),
      };
      return gradNorm(space.architecture(path), size, batch, random.split("weights"));
    },
  };
}
