// The convolution of the DARTS space (Liu et al., ICLR 2019): ReLU, a depthwise convolution and a pointwise one, all in one.
import type * as tf from "@tensorflow/tfjs";
import { batchNorm } from "./batch-norm";
import { conv2d } from "./convolution";
import { depthwiseConv2d, type Windows } from "./depthwise";
import type { BatchMoments } from "./mixture";
import { relu } from "./operations";
import { isSeparable, separable } from "./separable-kernel";

/** The two filters of a separable convolution. */
export interface SeparableFilters {
  /** [k, k, inputs, 1] */
  readonly depthwise: tf.Tensor4D;
  /** [1, 1, inputs, outputs] */
  readonly pointwise: tf.Tensor4D;
}

/**
 * Pointwise(depthwise(ReLU(x))), padded as `depthwiseConv2d`.
 *
 * @param x [batch, height, width, inputs]
 * @returns [batch, ⌈height/stride⌉, ⌈width/stride⌉, outputs]
 */
export function reluSeparable(x: tf.Tensor4D, filters: SeparableFilters, windows: Windows = {}): tf.Tensor4D {
  if (isSeparable(filters.depthwise)) return separable({ x, ...filters }, true, windows).y;
  return conv2d(depthwiseConv2d(relu(x), filters.depthwise, windows), filters.pointwise, 1);
}

/**
 * Pointwise(depthwise(ReLU(BN(x)))): `reluSeparable` of what `batchNorm` gives.
 *
 * @param x [batch, height, width, inputs]
 * @param scale, offset [inputs]
 * @returns y [batch, ⌈height/stride⌉, ⌈width/stride⌉, outputs], and the batch's moments, which carry no gradient.
 */
export function normReluSeparable(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  filters: SeparableFilters,
  windows: Windows = {},
): { y: tf.Tensor4D } & BatchMoments {
  if (isSeparable(filters.depthwise)) {
    const { y, moments } = separable({ x, scale, offset, ...filters }, true, windows);
    return { y, ...moments! };
  }
  const { y, ...moments } = batchNorm(x, scale, offset);
  return { y: reluSeparable(y, filters, windows), ...moments };
}
