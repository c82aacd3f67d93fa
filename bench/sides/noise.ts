// Images of noise in CIFAR-10's format: what they show does not change the time of a step.
import type { RandomStream } from "../../src/backend";
import { ImageDataset } from "../../src/datasets";

export function noise(count: number, random: RandomStream): ImageDataset {
  const pixels = new Uint8Array(count * 3072).map(() => random.uint32() & 255);
  const labels = Uint8Array.from({ length: count }, () => random.below(10));
  return new ImageDataset({
    name: "noise",
    title: "Noise",
    classes: Array.from({ length: 10 }, (_, k) => String(k)),
    shape: [32, 32, 3],
    train: { count, pixels, labels },
    test: null,
    whole: { train: count, test: 0 },
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
    source: "made for the benchmark",
  });
}
