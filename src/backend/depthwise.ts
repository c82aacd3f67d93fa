// Depthwise convolution as PyTorch pads it: each channel by a filter of its own.
import type * as tf from "@tensorflow/tfjs";
import { composedDepthwise, type Windows } from "./composed-depthwise";
import { isSeparable, separable } from "./separable-kernel";

export type { Windows };

/**
 * Depthwise convolution with zero padding dilation · (k − 1)/2 on every side, k the filter's odd size; PyTorch's conv2d with groups = channels.
 *
 * @param x [batch, height, width, channels]
 * @param filter [k, k, channels, 1]
 * @returns [batch, ⌈height/stride⌉, ⌈width/stride⌉, channels]
 */
export function depthwiseConv2d(x: tf.Tensor4D, filter: tf.Tensor4D, windows: Windows = {}): tf.Tensor4D {
  return isSeparable(filter)
    ? separable({ x, depthwise: filter }, false, windows).y
    : composedDepthwise(x, filter, windows);
}
