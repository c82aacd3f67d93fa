// Average pooling over 3×3 windows; of few channels, with a gradient faster than TensorFlow's kernel for it.
import * as tf from "@tensorflow/tfjs";
import { windowSizes } from "./gradient-kernels";
import { defineKernel } from "./kernel";
import { NATIVE } from "./native";

/** Below so many channels oneDNN has no vectorised gradient: at 4 it takes five times as long as the pooling. */
const VECTOR = 16;

const pooling = defineKernel<{ x: tf.Tensor }>({
  name: "NaslabAveragePool3x3",
  composed: ({ x }) => [pool(x)],
  saveInputs: ["x"],
  gradient: ([dy], [x]) => ({
    x: () =>
      tf.getBackend() === NATIVE && x.shape[3]! < VECTOR
        ? poolingGradient(dy as tf.Tensor4D)
        : tf
            .engine()
            .runKernel<tf.Tensor>(tf.AvgPoolGrad, { dy, input: x }, { filterSize: 3, strides: 1, pad: "same" }),
  }),
});

/** Means over 3×3 windows; at the border, over the pixels that exist (PyTorch: padding=1, count_include_pad=False). */
export function averagePool3x3(x: tf.Tensor4D, stride: 1 | 2 = 1): tf.Tensor4D {
  return stride === 1 ? (pooling({ x })[0] as tf.Tensor4D) : everySecond(x);
}

/** SAME at stride 2 pads the bottom right first, PyTorch all sides. */
function everySecond(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width, channels] = x.shape;
  const geometry = tf.backend_util.computePool2DInfo([1, height, width, channels], 3, 2, 1, 1);
  const { outHeight, outWidth } = geometry;
  const padded = tf.pad(x, [
    [0, 0],
    [1, 2 * outHeight - height],
    [1, 2 * outWidth - width],
    [0, 0],
  ]);
  const factors = windowSizes(geometry).map((pixels) => 9 / pixels);
  return tf.mul(tf.avgPool(padded, 3, 2, "valid"), tf.tensor4d(factors, [1, outHeight, outWidth, 1]));
}

const pool = (x: tf.Tensor): tf.Tensor4D => tf.avgPool(x as tf.Tensor4D, 3, 1, "same");

/** Windows are symmetric, so sums over them are their own transpose: a mean of dy / counts, times the count of each pixel's window. */
function poolingGradient(dy: tf.Tensor4D): tf.Tensor {
  const [, height, width, channels] = dy.shape;
  const geometry = tf.backend_util.computePool2DInfo([1, height, width, channels], 3, 1, 1, "same");
  const windows = windowSizes(geometry);
  const counts = Float32Array.from({ length: windows.length * channels }, (_, k) => windows[Math.floor(k / channels)]);
  const count = tf.tensor4d(counts, [1, height, width, channels]);
  return tf.mul(pool(tf.div(dy, count)), count);
}
