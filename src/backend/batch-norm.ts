// Batch normalisation (Ioffe and Szegedy 2015) as PyTorch computes it: fused in one kernel each way on the native backend.
import * as tf from "@tensorflow/tfjs";
import { channelMean } from "./channel-mean";
import { defineKernel } from "./kernel";
import { type Binding, floatType, nativeBackend, type OpAttribute } from "./native";

/** PyTorch's default. */
export const EPSILON = 1e-5;

const normalisation = defineKernel<{ x: tf.Tensor; scale: tf.Tensor; offset: tf.Tensor }>({
  name: "NaslabBatchNorm",
  native({ x, scale, offset }, backend) {
    const none = tf.tensor1d([]);
    // y, mean, unbiased variance, and three that the gradient's kernel wants
    return backend.executeMultipleOutputs(
      "FusedBatchNormV3",
      attributes(backend.binding),
      [x, scale, offset, none, none],
      6,
    );
  },
  composed({ x, scale, offset }) {
    const images = x as tf.Tensor4D;
    const mean = channelMean(images);
    const centred = affine(images, tf.onesLike(mean), tf.neg(mean));
    const variance = channelMean(tf.square(centred));
    const inverse = tf.rsqrt(tf.add(variance, EPSILON));
    const count = x.size / mean.size;
    const y = affine(centred, tf.mul(inverse, scale), offset);
    return [y, mean, tf.mul(variance, count / (count - 1)), centred, inverse];
  },
  saveInputs: ["x", "scale"],
  saveOutputs: [false, false, false, true, true, true],
  gradient: ([dy], [x, scale, ...saved]) => nativeGradient(dy, x, scale, saved) ?? composedGradient(dy, scale, saved),
});

/**
 * Normalises each channel by the mean and variance of the batch, then scales and shifts it (training mode).
 *
 * @param x [batch, height, width, channels]
 * @param scale, offset [channels]
 * @returns y, and the batch's mean and *unbiased* variance [channels], which PyTorch's running statistics are made of; these two carry
 * no gradient.
 */
export function batchNorm(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
): { y: tf.Tensor4D; mean: tf.Tensor1D; variance: tf.Tensor1D } {
  const [y, mean, variance, ...saved] = normalisation({ x, scale, offset });
  tf.dispose(saved); // a gradient has copies of its own
  return { y: y as tf.Tensor4D, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}

/**
 * Normalises each channel by given statistics, then scales and shifts it (evaluation mode).
 *
 * @param x [batch, height, width, channels]
 * @param mean, variance, scale, offset [channels]
 */
export function normalise(
  x: tf.Tensor4D,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
): tf.Tensor4D {
  const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, EPSILON)));
  return tf.add(tf.mul(x, factor), tf.sub(offset, tf.mul(mean, factor)));
}

function attributes(binding: Binding): OpAttribute[] {
  return [
    floatType(binding),
    floatType(binding, "U"),
    { name: "epsilon", type: binding.TF_ATTR_FLOAT, value: EPSILON },
    { name: "data_format", type: binding.TF_ATTR_STRING, value: "NHWC" },
    { name: "is_training", type: binding.TF_ATTR_BOOL, value: true },
  ];
}

function nativeGradient(dy: tf.Tensor, x: tf.Tensor, scale: tf.Tensor, saved: tf.Tensor[]) {
  const backend = nativeBackend();
  if (!backend) return null;
  const inputs = [dy, x, scale, ...saved];
  const [dx, dScale, dOffset, ...none] = backend.executeMultipleOutputs(
    "FusedBatchNormGradV3",
    attributes(backend.binding),
    inputs,
    5,
  );
  tf.dispose(none);
  return { x: () => dx, scale: () => dScale, offset: () => dOffset };
}

/** dx = scale/σ · (dy − mean(dy) − x̂ · mean(dy · x̂)), with x̂ = (x − μ)/σ, which `saved` has as x − μ and 1/σ. */
function composedGradient(dy: tf.Tensor, scale: tf.Tensor, [centred, inverse]: tf.Tensor[]) {
  const count = dy.size / scale.size;
  const meanOffset = channelMean(dy as tf.Tensor4D);
  const meanScale = tf.mul(channelMean(tf.mul(dy, centred) as tf.Tensor4D), inverse);
  return {
    x: () => {
      const factor = tf.mul(scale, inverse);
      const slope = tf.neg(tf.mul(factor, tf.mul(meanScale, inverse)));
      const direct = affine(dy as tf.Tensor4D, factor, tf.neg(tf.mul(factor, meanOffset)));
      return tf.add(direct, affine(centred as tf.Tensor4D, slope, tf.zerosLike(slope)));
    },
    scale: () => tf.mul(meanScale, count),
    offset: () => tf.mul(meanOffset, count),
  };
}

/** x · factor + offset, channel by channel: on wasm as a 1×1 depthwise convolution, ten times as fast as by broadcasting. */
function affine(x: tf.Tensor4D, factor: tf.Tensor, offset: tf.Tensor): tf.Tensor4D {
  if (tf.getBackend() !== "wasm") return tf.add(tf.mul(x, factor), offset);
  const filter = tf.reshape(factor, [1, 1, -1, 1]) as tf.Tensor4D;
  return tf.fused.depthwiseConv2d({ x, filter, strides: 1, pad: "valid", bias: offset });
}
