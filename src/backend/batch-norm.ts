// Batch normalisation (Ioffe and Szegedy 2015) as PyTorch computes it: fused in one kernel each way on the native backend.
import * as tf from "@tensorflow/tfjs";
import { channelMean, channelSum } from "./channel-mean";
import { defineKernel } from "./kernel";
import { type Binding, floatType, type NativeBackend, nativeBackend, type OpAttribute } from "./native";
import { isDifferentiated } from "./second-order";

/** PyTorch's default. */
export const EPSILON = 1e-5;

interface Inputs {
  readonly x: tf.Tensor;
  readonly scale: tf.Tensor;
  readonly offset: tf.Tensor;
}

const normalisation = defineKernel<{ x: tf.Tensor; scale: tf.Tensor; offset: tf.Tensor }>({
  name: "NaslabBatchNorm",
  native,
  composed,
  saveInputs: ["x", "scale"],
  saveOutputs: [false, false, false, true, true, true],
  gradient: ([dy], [x, scale, ...saved]) =>
    isDifferentiated() ? differentiableGradient(dy, x, scale) : gradient(dy, x, scale, saved),
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

function native({ x, scale, offset }: Inputs, backend: NativeBackend): tf.Tensor[] {
  const none = tf.tensor1d([]);
  // y, mean, unbiased variance, and three that the gradient's kernel wants
  return backend.executeMultipleOutputs(
    "FusedBatchNormV3",
    attributes(backend.binding),
    [x, scale, offset, none, none],
    6,
  );
}

function composed({ x, scale, offset }: Inputs): tf.Tensor[] {
  const images = x as tf.Tensor4D;
  const mean = channelMean(images);
  const centred = affine(images, tf.onesLike(mean), tf.neg(mean));
  const variance = channelMean(tf.square(centred));
  const inverse = tf.rsqrt(tf.add(variance, EPSILON));
  const count = x.size / mean.size;
  const y = affine(centred, tf.mul(inverse, scale), offset);
  return [y, mean, tf.mul(variance, count / (count - 1)), centred, inverse];
}

const gradient = (dy: tf.Tensor, x: tf.Tensor, scale: tf.Tensor, saved: tf.Tensor[]) =>
  nativeGradient(dy, x, scale, saved) ?? composedGradient(dy, scale, saved);

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

/** The same, of operations that can be differentiated. */
function differentiableGradient(dy: tf.Tensor, x: tf.Tensor, scale: tf.Tensor) {
  return {
    x: () => tf.mul(projection({ dy, x })[0], scale),
    scale: () => channelSum(tf.mul(dy, standardisation({ x })[0]) as tf.Tensor4D),
    offset: () => channelSum(dy as tf.Tensor4D),
  };
}

/** Scale 1 and offset 0. */
function standardised(x: tf.Tensor): { one: tf.Tensor; outputs: tf.Tensor[] } {
  const one = tf.ones([x.shape[3]!]);
  const inputs = { x, scale: one, offset: tf.zerosLike(one) };
  const backend = nativeBackend();
  return { one, outputs: backend ? native(inputs, backend) : composed(inputs) };
}

/** x̂ = (x − μ)/σ, and 1/σ; differentiable to the second order. */
const standardisation = defineKernel<{ x: tf.Tensor }>({
  name: "NaslabStandardise",
  composed: ({ x }) => {
    const { one, outputs } = standardised(x);
    const count = x.size / one.size;
    return [outputs[0], tf.rsqrt(tf.add(tf.mul(outputs[2], (count - 1) / count), EPSILON))];
  },
  saveInputs: ["x"],
  gradient: ([dy], [x]) => ({ x: () => projection({ dy, x })[0] }),
});

/**
 * P dy = (dy − m(dy) − x̂ m(dy x̂))/σ with m the channels' means, the gradient of Σ dy x̂; P is symmetric. Along u, Σ u · P dy has the
 * gradient −x̂ (m(u dy) − m(u) m(dy) − m(u x̂) m(dy x̂))/σ² − (m(dy x̂) P u + m(u x̂) P dy)/σ by x.
 */
const projection: (inputs: { dy: tf.Tensor; x: tf.Tensor }) => tf.Tensor[] = defineKernel({
  name: "NaslabStandardiseGradient",
  composed: ({ dy, x }) => {
    const { one, outputs } = standardised(x);
    return [gradient(dy, x, one, outputs.slice(3)).x()];
  },
  saveInputs: ["dy", "x"],
  gradient: ([u], [dy, x]) => ({
    dy: () => projection({ dy: u, x })[0],
    x: () => {
      const [normed, inverse] = standardisation({ x });
      const count = inverse.size / x.size;
      const mean = (...factors: tf.Tensor[]) =>
        tf.mul(channelSum(factors.reduce((a, b) => tf.mul(a, b)) as tf.Tensor4D), count);
      const [ofU, ofDy] = [mean(u, normed), mean(dy, normed)];
      const square = tf.sub(mean(u, dy), tf.add(tf.mul(mean(u), mean(dy)), tf.mul(ofU, ofDy)));
      const along = tf.mul(normed, tf.mul(tf.square(inverse), square));
      const across = tf.add(tf.mul(projection({ dy: u, x })[0], ofDy), tf.mul(projection({ dy, x })[0], ofU));
      return tf.neg(tf.add(along, tf.mul(across, inverse)));
    },
  }),
});
