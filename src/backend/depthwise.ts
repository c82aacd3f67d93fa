// Depthwise convolution as PyTorch pads it: each channel by a filter of its own.
import * as tf from "@tensorflow/tfjs";
import { isSeparable, separable } from "./separable-kernel";

/** How a window moves over a feature map, and how far apart its taps are. */
export interface Windows {
  readonly stride?: 1 | 2;
  readonly dilation?: 1 | 2;
}

/**
 * Depthwise convolution with zero padding dilation · (k − 1)/2 on every side, k the filter's odd size; PyTorch's conv2d with groups = channels.
 *
 * @param x [batch, height, width, channels]
 * @param filter [k, k, channels, 1]
 * @returns [batch, ⌈height/stride⌉, ⌈width/stride⌉, channels]
 */
export function depthwiseConv2d(x: tf.Tensor4D, filter: tf.Tensor4D, windows: Windows = {}): tf.Tensor4D {
  if (isSeparable(filter)) return separable({ x, depthwise: filter }, false, windows).y;
  const { stride = 1, dilation = 1 } = windows;
  const padding = (dilation * (filter.shape[0] - 1)) / 2;
  const sides: [number, number] = [padding, padding];
  const padded = tf.pad(x, [[0, 0], sides, sides, [0, 0]]);
  return tf.depthwiseConv2d(padded, dilation === 1 ? filter : withZeros(filter), stride, "valid");
}

/** A filter of dilation 2 as one of dilation 1: zeros between its taps. */
function withZeros(filter: tf.Tensor4D): tf.Tensor4D {
  const [size, , channels] = filter.shape;
  const columns = tf.pad(tf.reshape(filter, [size * size, channels]), [
    [0, 0],
    [0, channels],
  ]);
  const rows = tf.pad(tf.reshape(columns, [size, 2 * size * channels]), [
    [0, 0],
    [0, 2 * size * channels],
  ]);
  const all = tf.reshape(rows, [2 * size, 2 * size, channels, 1]) as tf.Tensor4D;
  return tf.slice(all, [0, 0, 0, 0], [2 * size - 1, 2 * size - 1, channels, 1]);
}
