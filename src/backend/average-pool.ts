// Average pooling over 3×3 windows.
import type * as tf from "@tensorflow/tfjs";
import { composedAveragePool3x3 } from "./composed-pool";
import { nativeCpuBackend } from "./native";
import { pool } from "./pool-kernel";

/** Means over 3×3 windows; at the border, over the pixels that exist (PyTorch: padding=1, count_include_pad=False). */
export function averagePool3x3(x: tf.Tensor4D, stride: 1 | 2 = 1): tf.Tensor4D {
  return nativeCpuBackend() ? pool(x, "mean", { size: 3, stride }) : composedAveragePool3x3(x, stride);
}
