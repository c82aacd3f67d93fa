import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../backend";
import { UserError } from "../errors";
import { type Design, isCell, type Layer, type NetworkSize } from "../spaces";
import { Network } from "../supernet";
import { NoScore } from "./no-score";
import { defineProxy } from "./proxy";
import type { Trial } from "./trial";

/** Samples, and how many pass at once: batch norms see these. */
const SAMPLES = 3000;
const AT_ONCE = 1000;

/** Height and width of a sample. */
const SIDE = 3;

/**
 * In how many linear regions samples lie: the different patterns of units that their ReLUs switch on. As in TE-NAS the network is thin (the
 * fewest channels, and cells, that have all its layers), its batch norms are in training mode and its 3000 samples small: one channel of
 * 3×3 pixels at a random place of a batch's image (larger only where the network takes no such).
 */
export const linearRegions = defineProxy({
  name: "linear_regions",
  formula: "number of distinct ReLU patterns of 3000 samples of 3×3 pixels in a thin network",
  source: "Chen et al., Neural Architecture Search on ImageNet in Four GPU Hours (TE-NAS), ICLR 2021",
  better: "higher",
  cost: "forward passes of a small network",
  needs: ["images"],
  score(trial) {
    const network = thinNetwork(trial.design, trial.size, trial.random.split("thin weights"));
    try {
      const samples = samplesOf(trial, network.size.image[0]);
      const patterns = new Set<string>();
      for (let first = 0; first < SAMPLES; first += AT_ONCE)
        for (const pattern of patternsOf(network, samples.slice(first, first + AT_ONCE))) patterns.add(pattern);
      return patterns.size;
    } finally {
      network.dispose();
    }
  },
});

/** The smallest network with all of the design's kinds of cells in which no layer is without channels. */
function thinNetwork(design: Design, whole: NetworkSize, random: RandomStream): Network {
  const layersAt = (size: NetworkSize): readonly Layer[] => {
    try {
      return design.layers(size);
    } catch (error) {
      if (error instanceof UserError) return []; // there is no such network
      throw error;
    }
  };
  const kinds = (layers: readonly Layer[]) => new Set(layers.filter(isCell).map(({ cell }) => cell)).size;
  const all = kinds(design.layers(whole));
  const square = (side: number): NetworkSize["image"] => [side, side, 1];
  let size = { ...whole, cells: 1 };
  while (size.cells < whole.cells && kinds(layersAt(size)) < all) size = { ...size, cells: size.cells + 1 };
  size = { ...size, channels: 1, image: square(SIDE) };
  const most = Math.max(...whole.image);
  while (size.image[0] < most && layersAt(size).length === 0) size = { ...size, image: square(size.image[0] + 1) };
  for (;;) {
    const network = new Network(design, size, random);
    if (network.parameters.trainable.every((weight) => weight.size > 0)) return network;
    network.dispose();
    size = { ...size, channels: 2 * size.channels };
  }
}

/** [samples][side · side] */
function samplesOf({ pixels, count, size: { image }, random }: Trial, side: number): Float32Array[] {
  const [height, width, channels] = image;
  if (Math.min(height, width) < side)
    throw new NoScore(`its samples have ${side}×${side} pixels, and the images are smaller`);
  const stream = random.split("samples");
  return Array.from({ length: SAMPLES }, (_, k) => {
    const [row, column, channel] = [height - side + 1, width - side + 1, channels].map((n) => stream.below(n));
    const start = ((k % count) * height + row) * width + column;
    return Float32Array.from(
      { length: side * side },
      (_, p) => pixels[(start + Math.floor(p / side) * width + (p % side)) * channels + channel],
    );
  });
}

/** Of each sample [side · side], the units that it switches on. */
export function patternsOf(network: Network, samples: readonly Float32Array[]): string[] {
  const { image } = network.size;
  return tf.tidy(() => {
    const images = tf.tensor4d(
      samples.flatMap((sample) => [...sample]),
      [samples.length, ...image],
    );
    const codes: tf.Tensor2D[] = [];
    const activation = (output: tf.Tensor): void => {
      codes.push(tf.keep(tf.reshape(tf.sign(output), [samples.length, -1])));
    };
    try {
      network.forward(images, "training", { noise: tf.tensor1d([0, 0], "int32") }, { activation });
      if (codes.length === 0) throw new NoScore("the network has no ReLU that its output depends on");
      const units = Uint8Array.from(tf.concat(codes, 1).dataSync());
      const each = units.length / samples.length;
      return samples.map((_, k) => Buffer.from(units.buffer, k * each, each).toString("latin1"));
    } finally {
      tf.dispose(codes);
    }
  });
}
