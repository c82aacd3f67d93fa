// The weighing of an operation in a mixture by one number, with the gradient of that number computed cheaply.
import * as tf from "@tensorflow/tfjs";
import { channelMean } from "./channel-mean";
import { defineKernel } from "./kernel";
import { nativeBackend } from "./native";

const scaling = defineKernel<{ x: tf.Tensor; scalar: tf.Tensor }>({
  name: "NaslabScaleBy",
  native: ({ x, scalar }) => [tf.mul(x, scalar)],
  composed: ({ x, scalar }) => [tf.mul(x, scalar)],
  saveInputs: ["x", "scalar"],
  gradient: ([dy], [x, scalar]) => ({ x: () => tf.mul(dy, scalar), scalar: () => innerProduct(x, dy) }),
});

const spreading = defineKernel<{ scalar: tf.Tensor; like: tf.Tensor }>({
  name: "NaslabSpread",
  native: ({ scalar, like }) => [tf.mul(scalar, like)],
  composed: ({ scalar, like }) => [tf.mul(scalar, like)],
  gradient: ([dy]) => ({ scalar: () => tf.sum(dy) }),
});

/**
 * A feature map times a scalar.
 *
 * @param x [batch, height, width, channels]
 * @param scalar []
 */
export function scaleBy(x: tf.Tensor4D, scalar: tf.Scalar): tf.Tensor4D {
  return scaling({ x, scalar })[0] as tf.Tensor4D;
}

/** A scalar repeated `count` times: as batch norm's scale it weighs an operation at no cost. */
export function spread(scalar: tf.Scalar, count: number): tf.Tensor1D {
  return spreading({ scalar, like: tf.ones([count]) })[0] as tf.Tensor1D;
}

/**
 * Σ x·y of two feature maps. On the native backend it is the trace of the product [channels, pixels] × [pixels, channels], which is
 * three to four times as fast as multiplying and adding up.
 */
function innerProduct(x: tf.Tensor, y: tf.Tensor): tf.Scalar {
  if (!nativeBackend()) return tf.mul(tf.mean(channelMean(tf.mul(x, y) as tf.Tensor4D)), x.size);
  const channels = x.shape.at(-1)!;
  const rows = [-1, channels];
  const product = tf.matMul(tf.reshape(x, rows), tf.reshape(y, rows), true) as tf.Tensor2D;
  return tf.sum(tf.mul(product, tf.eye(channels)));
}
