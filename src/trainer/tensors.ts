// What a step takes, as tensors.
import * as tf from "@tensorflow/tfjs";
import type { Batch } from "../datasets";
import type { Draw } from "../methods";
import type { NetworkSize } from "../spaces";
import type { Under } from "../supernet";

/** A batch, and the seed of the noise that a network makes while it sees it: the same for the same batch. */
export type SeededBatch = Batch & { readonly noise?: readonly [number, number] };

export interface BatchTensors {
  /** [batch, height, width, channels] */
  readonly images: tf.Tensor4D;
  /** int32 [batch] */
  readonly labels: tf.Tensor1D;
  /** int32 [2], the seed of what "noise" operations give. */
  readonly noise?: tf.Tensor1D;
}

export type DrawTensors = Omit<Under, "noise">;

/** @param noisy whether the network has "noise" operations. */
export const batchTensors = (
  { images, labels, noise = [0, 0] }: SeededBatch,
  image: NetworkSize["image"],
  noisy = false,
): BatchTensors => ({
  images: tf.tensor4d(images, [labels.length, ...image]),
  labels: tf.tensor1d(labels, "int32"),
  ...(noisy && { noise: tf.tensor1d([...noise], "int32") }),
});

/** A draw with a path and one without have a trace each. @param images gives each of so many images a θ of its own, all alike. */
export function drawTensors({ theta, path, weightedEdges }: Draw, images?: number): DrawTensors {
  const rows = theta.map((row) => Array.from(row));
  return {
    theta: images === undefined ? tf.tensor2d(rows) : tf.tensor3d(Array.from({ length: images }, () => rows)),
    ...(path && {
      path: tf.tensor1d(
        path.map((row) => row[0] ?? -1),
        "int32",
      ),
    }),
    ...(weightedEdges && { weightedEdges }),
  };
}
