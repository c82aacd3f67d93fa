// The training step of one architecture's network, on batches of augmented images as training takes them.
import { RandomStream } from "../../src/backend";
import type { ImageDataset } from "../../src/datasets";
import { spaces } from "../../src/spaces";
import { Network } from "../../src/supernet";
import { NetworkSteps } from "../../src/trainer/network-steps";

export interface NetworkStepSizes {
  readonly batch: number;
  readonly channels: number;
  readonly cells: number;
}

/** @param text the architecture, in the benchmark's notation. @param data of 10 classes. @returns what takes one step. */
export function networkStep(
  text: string,
  { batch, channels, cells }: NetworkStepSizes,
  data: ImageDataset,
): () => void {
  const random = new RandomStream(0);
  const architecture = spaces.nasBench201().parse(text);
  const size = { channels, cells, image: data.shape, classes: data.classes.length };
  const steps = new NetworkSteps(new Network(architecture, size, random.split("weights")));
  let done = 0;
  return () => {
    const stream = random.split("batches").split(done++);
    const indices = Int32Array.from({ length: batch }, () => stream.below(data.train.count));
    steps.train(data.batch(indices, stream.split("augmentation")), 0.1);
  };
}
