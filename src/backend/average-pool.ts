// Average pooling over 3×3 windows.
import * as tf from "@tensorflow/tfjs";
import { windowSizes } from "./gradient-kernels";
import { nativeCpuBackend } from "./native";
import { pool } from "./pool-kernel";
import { border } from "./strides";

/** Means over 3×3 windows; at the border, over the pixels that exist (PyTorch: padding=1, count_include_pad=False). */
export function averagePool3x3(x: tf.Tensor4D, stride: 1 | 2 = 1): tf.Tensor4D {
  if (nativeCpuBackend()) return pool(x, "mean", { size: 3, stride });
  return stride === 1 ? tf.avgPool(x, 3, 1, "same") : everySecond(x);
}

/** SAME at stride 2 pads the bottom right first, PyTorch all sides. */
function everySecond(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width, channels] = x.shape;
  const geometry = tf.backend_util.computePool2DInfo([1, height, width, channels], 3, 2, 1, 1);
  const { outHeight, outWidth } = geometry;
  const padded = border(x, [1, 2 * outHeight - height], [1, 2 * outWidth - width]);
  const factors = windowSizes(geometry).map((pixels) => 9 / pixels);
  return tf.mul(tf.avgPool(padded, 3, 2, "valid"), tf.tensor4d(factors, [1, outHeight, outWidth, 1]));
}
