import * as tf from "@tensorflow/tfjs";
import { at, randomNormal } from "../backend";
import type { Network } from "../supernet";
import { NoScore } from "./no-score";
import { defineProxy } from "./proxy";
import type { Trial } from "./trial";

/** How far an image is moved. */
const STEP = 0.01;

/**
 * How much normal noise moves the last feature maps f of a network with normal weights, with what its batch norms divided by put back
 * (algorithm 1): σ² of a batch norm is the mean over channels of the batch's unbiased variances (the published code reads the running ones,
 * which begin at 1). One draw of weights, x and ε, as the authors' search makes; so many images as the batch has.
 */
export const zen = defineProxy({
  name: "zen",
  formula: "ln mean over x of ‖f(x) − f(x + 0.01 ε)‖₁ + Σ over batch norms ln σ; weights, x, ε ~ N(0, 1)",
  source: "Lin et al., Zen-NAS: A Zero-Shot NAS for High-Performance Image Recognition, ICCV 2021",
  better: "higher",
  cost: "two forward passes of noise, as many images as the batch has",
  needs: ["images"],
  score: (trial) => tf.tidy(() => withNormalWeights(trial)),
});

function withNormalWeights({ network, filters, count, size, random }: Trial): number {
  const stream = random.split("zen");
  const normal = (shape: readonly number[]) =>
    randomNormal(shape, tf.tensor1d([stream.below(2 ** 31), stream.below(2 ** 31)], "int32"));
  const weights = filters.map(({ shape }) => normal(shape));
  const shape = [count, ...size.image];
  const x = normal(shape) as tf.Tensor4D;
  const moved = tf.add<tf.Tensor4D>(x, tf.mul(normal(shape), STEP));
  return at(filters, weights, () => zenScore(network, x, moved));
}

/** The score at the weights that the network has. @throws NoScore where the images have no effect. */
export function zenScore(network: Network, x: tf.Tensor4D, moved: tf.Tensor4D): number {
  return tf.tidy(() => {
    const [before, after] = [x, moved].map((images) => features(network, images));
    const difference = tf.mean(tf.sum(tf.abs(tf.sub(before.maps, after.maps)), [1, 2, 3])).dataSync()[0];
    if (difference === 0)
      throw new NoScore("the last feature maps do not depend on the images, so that the logarithm has no value");
    const variances = after.variances.map((variance) => tf.mean(variance).dataSync()[0]);
    if (variances.some((variance) => variance === 0))
      throw new NoScore(
        "what goes into a batch norm does not depend on the images, so that the logarithm has no value",
      );
    return Math.log(difference) + variances.reduce((sum, variance) => sum + Math.log(variance) / 2, 0);
  });
}

function features(network: Network, images: tf.Tensor4D) {
  let maps!: tf.Tensor4D;
  const { statistics } = network.forward(
    images,
    "training",
    { noise: tf.tensor1d([0, 0], "int32") },
    {
      features(x) {
        maps = x;
      },
    },
  );
  return { maps, variances: [...statistics.values()].map(({ variance }) => variance) };
}
