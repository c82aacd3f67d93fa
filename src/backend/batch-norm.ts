// Batch normalisation (Ioffe and Szegedy 2015) as PyTorch computes it: fused in one kernel each way on the native backend.
import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "./kernel";
import { type Binding, floatType, nativeBackend, type OpAttribute } from "./native";

/** PyTorch's default. */
const EPSILON = 1e-5;

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
    const count = x.size / scale.size;
    const mean = channelMean(x);
    const centred = tf.sub(x, mean);
    const variance = channelMean(tf.square(centred));
    const inverse = tf.rsqrt(tf.add(variance, EPSILON));
    const normalised = tf.mul(centred, inverse);
    const y = tf.add(tf.mul(normalised, scale), offset);
    return [y, mean, tf.mul(variance, count / (count - 1)), normalised, inverse];
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

/** dx = scale/σ · (dy − mean(dy) − x̂ · mean(dy · x̂)), with x̂ the normalised x. */
function composedGradient(dy: tf.Tensor, scale: tf.Tensor, [normalised, inverse]: tf.Tensor[]) {
  const dOffset = channelMean(dy);
  const dScale = channelMean(tf.mul(dy, normalised));
  const count = dy.size / scale.size;
  return {
    x: () => tf.mul(tf.sub(tf.sub(dy, dOffset), tf.mul(normalised, dScale)), tf.mul(scale, inverse)),
    scale: () => tf.mul(dScale, count),
    offset: () => tf.mul(dOffset, count),
  };
}

/** Means over all but the last axis, as a product with a row of equal weights: many times as fast on wasm as a reduction. */
function channelMean(x: tf.Tensor): tf.Tensor {
  const channels = x.shape.at(-1)!;
  const count = x.size / channels;
  return tf.reshape(tf.matMul(tf.fill([1, count], 1 / count), tf.reshape(x, [count, channels])), [channels]);
}
