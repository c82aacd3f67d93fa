// How long an architecture's own network takes on this machine: measured, not counted.
import { RandomStream, tf } from "../backend";
import { type Architecture, designOf, type NetworkSize } from "../spaces";
import { Network } from "../supernet";
import { median } from "../trainer";

/** Passes that are not counted, and that are. */
const [WARM_UP, PASSES] = [2, 5];

/**
 * Milliseconds of a forward pass of one image in evaluation mode, the median of five, operation by operation on the backend that is on:
 * the time of the arithmetic and of starting each operation. Other work on the machine adds to it.
 */
export function latency(architecture: Architecture, size: NetworkSize): number {
  const network = new Network(designOf(architecture), size, new RandomStream(0, "latency"));
  const [height, width, channels] = size.image;
  const image = tf.zeros<tf.Rank.R4>([1, height, width, channels]);
  const noise = tf.tensor1d([0, 0], "int32");
  const pass = () => {
    const started = performance.now();
    tf.tidy(() => network.forward(image, "evaluation", { noise }).logits.dataSync());
    return performance.now() - started;
  };
  const times = Array.from({ length: WARM_UP + PASSES }, pass).slice(WARM_UP);
  tf.dispose([image, noise]);
  network.dispose();
  return median(times);
}
