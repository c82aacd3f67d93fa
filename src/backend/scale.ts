// The weighing of an operation in a mixture by one number, with the gradient of that number computed cheaply.
import * as tf from "@tensorflow/tfjs";
import { channelMean } from "./channel-mean";
import { defineKernel } from "./kernel";

const scaling = defineKernel<{ x: tf.Tensor; scalar: tf.Tensor }>({
  name: "NaslabScaleBy",
  composed: ({ x, scalar }) => [tf.mul(x, scalar)],
  saveInputs: ["x", "scalar"],
  gradient: ([dy], [x, scalar]) => ({ x: () => tf.mul(dy, scalar), scalar: () => innerProduct(x, dy) }),
});

const spreading = defineKernel<{ scalar: tf.Tensor; like: tf.Tensor }>({
  name: "NaslabSpread",
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
 * Σ x·y of two feature maps. A product and a sum are as fast in a compiled step as the trace of a product of matrices; on wasm the sum is
 * faster as a pooling.
 */
function innerProduct(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const products = tf.mul(x, y) as tf.Tensor4D;
  return tf.getBackend() === "wasm" ? tf.mul(tf.mean(channelMean(products)), x.size) : tf.sum(products);
}
