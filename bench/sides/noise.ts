// Images of noise: what they show does not change the time of a step.
import type { RandomStream } from "../../src/backend";
import { ImageDataset } from "../../src/datasets";
import type { NetworkSize } from "../../src/spaces";

/** @param like the images' shape and the number of classes; CIFAR-10's without it. */
export function noise(
  count: number,
  random: RandomStream,
  { image, classes }: Pick<NetworkSize, "image" | "classes"> = { image: [32, 32, 3], classes: 10 },
): ImageDataset {
  const pixels = new Uint8Array(count * image[0] * image[1] * image[2]).map(() => random.uint32() & 255);
  const labels = Uint16Array.from({ length: count }, () => random.below(classes));
  return new ImageDataset({
    name: "noise",
    title: "Noise",
    classes: Array.from({ length: classes }, (_, k) => String(k)),
    shape: image,
    train: { count, pixels, labels },
    test: null,
    whole: { train: count, test: 0 },
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
    source: "made for the benchmark",
  });
}
