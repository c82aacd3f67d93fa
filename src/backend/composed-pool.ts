// Pooling of ordinary operations: on backends without our native kernel, and where its gradient is differentiated.
import * as tf from "@tensorflow/tfjs";
import { windowSizes } from "./gradient-kernels";
import { defineKernel } from "./kernel";
import { border, dilate, everyOf, rectangle } from "./strides";

/** The windows of a pooling: 3×3 with a border of one pixel that does not count, or 2×2 without one. */
export interface Pooling {
  readonly size: 2 | 3;
  readonly stride: 1 | 2;
}

/** Maxima over windows; of equal ones the first, row by row, has the gradient. */
export function composedMaxPool(x: tf.Tensor4D, { size, stride }: Pooling): tf.Tensor4D {
  return kernels.get(`${size}/${stride}`)!({ x })[0] as tf.Tensor4D;
}

/** Means over 3×3 windows. */
export function composedAveragePool3x3(x: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
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

const WINDOWS: readonly Pooling[] = [
  { size: 3, stride: 1 },
  { size: 3, stride: 2 },
  { size: 2, stride: 2 },
];

const kernels = new Map(
  WINDOWS.map((windows) => [
    `${windows.size}/${windows.stride}`,
    defineKernel<{ x: tf.Tensor }>({
      name: `NaslabMaxPool${windows.size}x${windows.size}Stride${windows.stride}`,
      composed: ({ x }) => [tf.maxPool(padded(x as tf.Tensor4D, windows), windows.size, windows.stride, "valid")],
      saveInputs: ["x"],
      saveOutputs: [true],
      gradient: ([dy], [x, y]) => ({ x: () => gradient(dy, x as tf.Tensor4D, y as tf.Tensor4D, windows) }),
    }),
  ]),
);

/** Pixels of −∞ before each row and column, and after them as many as make room for every tap of every window. */
function padding(side: number, { size, stride }: Pooling): [before: number, after: number] {
  const before = size === 3 ? 1 : 0;
  const outputs = Math.floor((side + 2 * before - size) / stride) + 1;
  return [before, outputs * stride + size - 1 - side - before];
}

const padded = (x: tf.Tensor4D, windows: Pooling): tf.Tensor4D =>
  border(x, padding(x.shape[1], windows), padding(x.shape[2], windows), Number.NEGATIVE_INFINITY);

/** Tap by tap: where it holds the maximum it takes what the taps before it have left of dy. */
function gradient(dy: tf.Tensor, x: tf.Tensor4D, y: tf.Tensor4D, windows: Pooling): tf.Tensor {
  const { size, stride } = windows;
  const [, rows, columns] = y.shape;
  const [, height, width] = x.shape;
  const image = padded(x, windows);
  let left = dy as tf.Tensor4D;
  const taps: tf.Tensor4D[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const seen = everyOf(rectangle(image, i, j, rows * stride, columns * stride), stride);
      const taken = tf.mul<tf.Tensor4D>(left, tf.cast(tf.equal(seen, y), "float32"));
      left = tf.sub(left, taken);
      taps.push(border(dilate(taken, stride, stride), [i, size - 1 - i], [j, size - 1 - j]));
    }
  }
  return rectangle(tf.addN(taps), padding(height, windows)[0], padding(width, windows)[0], height, width);
}
