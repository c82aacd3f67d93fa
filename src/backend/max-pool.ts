// Max pooling as PyTorch pads it and passes its gradient back: to the first of equal maxima, row by row.
import type * as tf from "@tensorflow/tfjs";
import { composedMaxPool, type Pooling } from "./composed-pool";
import { nativeCpuBackend } from "./native";
import { pool } from "./pool-kernel";

/** Maxima over 3×3 windows, padded by one pixel of −∞: [batch, ⌈height/stride⌉, ⌈width/stride⌉, channels]; PyTorch's max_pool2d(x, 3, stride, 1). */
export function maxPool3x3(x: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  return maxPool(x, { size: 3, stride });
}

/** Maxima over 2×2 windows at stride 2; an odd last row or column is dropped, as in PyTorch. */
export function maxPool2x2(x: tf.Tensor4D): tf.Tensor4D {
  return maxPool(x, { size: 2, stride: 2 });
}

const maxPool = (x: tf.Tensor4D, windows: Pooling): tf.Tensor4D =>
  nativeCpuBackend() ? pool(x, "maximum", windows) : composedMaxPool(x, windows);
