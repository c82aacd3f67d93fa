// Max pooling as PyTorch pads it and passes its gradient back: to the first of equal maxima, row by row.
import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "./kernel";
import { nativeCpuBackend } from "./native";
import { type Pooling, pool } from "./pool-kernel";
import { border, dilate, everyOf, rectangle } from "./strides";

const every: Pooling = { size: 3, stride: 1 };
const everySecond: Pooling = { size: 3, stride: 2 };
const pairs: Pooling = { size: 2, stride: 2 };

/** Maxima over 3×3 windows, padded by one pixel of −∞: [batch, ⌈height/stride⌉, ⌈width/stride⌉, channels]; PyTorch's max_pool2d(x, 3, stride, 1). */
export function maxPool3x3(x: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  return maxPool(x, stride === 1 ? every : everySecond);
}

/** Maxima over 2×2 windows at stride 2; an odd last row or column is dropped, as in PyTorch. */
export function maxPool2x2(x: tf.Tensor4D): tf.Tensor4D {
  return maxPool(x, pairs);
}

function maxPool(x: tf.Tensor4D, windows: Pooling): tf.Tensor4D {
  return nativeCpuBackend() ? pool(x, "maximum", windows) : (composed.get(windows)!({ x })[0] as tf.Tensor4D);
}

const composed = new Map(
  [every, everySecond, pairs].map((windows) => [
    windows,
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
