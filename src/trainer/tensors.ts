// What a step takes, as tensors.
import * as tf from "@tensorflow/tfjs";
import type { Batch } from "../datasets";
import type { Draw } from "../methods";
import type { NetworkSize, Theta } from "../supernet";

export interface BatchTensors {
  /** [batch, height, width, channels] */
  readonly images: tf.Tensor4D;
  /** int32 [batch] */
  readonly labels: tf.Tensor1D;
}

export interface DrawTensors {
  readonly theta: Theta;
  /** int32 [edges] */
  readonly path?: tf.Tensor1D;
}

export const batchTensors = ({ images, labels }: Batch, image: NetworkSize["image"]): BatchTensors => ({
  images: tf.tensor4d(images, [labels.length, ...image]),
  labels: tf.tensor1d(labels, "int32"),
});

/** A draw with a path and one without have a trace each. @param images gives each of so many images a θ of its own, all alike. */
export function drawTensors({ theta, path }: Draw, images?: number): DrawTensors {
  const rows = theta.map((row) => Array.from(row));
  return {
    theta: images === undefined ? tf.tensor2d(rows) : tf.tensor3d(Array.from({ length: images }, () => rows)),
    ...(path && { path: tf.tensor1d([...path], "int32") }),
  };
}
