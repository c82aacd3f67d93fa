// The operations of convolutional search networks, with PyTorch's meaning, in ordinary TensorFlow.js: feature maps are
// [batch, height, width, channels], filters [height, width, inputs, outputs]. Each runs eagerly and compiled, on every backend.
import * as tf from "@tensorflow/tfjs";
import "./relu-gradient";

/**
 * Convolution with zero padding (k − 1)/2 on every side, k the filter's odd size; PyTorch's conv2d(x, w, stride, padding=k//2).
 *
 * @param x [batch, height, width, inputs]
 * @param filter [k, k, inputs, outputs]
 * @returns [batch, ⌈height/stride⌉, ⌈width/stride⌉, outputs]
 */
export function conv2d(x: tf.Tensor4D, filter: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  if (stride === 1) return tf.conv2d(x, filter, 1, "same");
  // SAME at stride 2 pads the bottom right first, PyTorch all sides; and oneDNN's gradients refuse explicit padding.
  const [, height, width] = x.shape;
  const padding: [number, number][] = [
    [0, 0],
    stridedPadding(height, filter.shape[0]),
    stridedPadding(width, filter.shape[1]),
    [0, 0],
  ];
  const isPadded = padding.some((sides) => sides.some((side) => side > 0));
  return tf.conv2d(isPadded ? tf.pad(x, padding) : x, filter, 2, "valid");
}

/** Zeros before and after an axis, as many as the windows at stride 2 reach. */
function stridedPadding(size: number, window: number): [before: number, after: number] {
  const before = (window - 1) / 2;
  const outputs = Math.floor((size + 2 * before - window) / 2) + 1;
  return [before, Math.max(0, (outputs - 1) * 2 + window - size - before)];
}

/** max(x, 0). */
export function relu<T extends tf.Tensor>(x: T): T {
  return tf.relu(x);
}

/** Means over 2×2 windows at stride 2; an odd last row or column is dropped, as in PyTorch. */
export function averagePool2x2(x: tf.Tensor4D): tf.Tensor4D {
  return tf.avgPool(x, 2, 2, "valid");
}

/** Means over all pixels: [batch, height, width, channels] to [batch, channels]. */
export function globalAveragePool(x: tf.Tensor4D): tf.Tensor2D {
  return tf.mean(x, [1, 2]);
}

/**
 * x · weights + bias.
 *
 * @param x [batch, inputs]
 * @param weights [inputs, outputs]
 * @param bias [outputs]
 */
export function linear(x: tf.Tensor2D, weights: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return tf.add(tf.matMul(x, weights), bias);
}
