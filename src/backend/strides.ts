// Rectangles of a feature map, and every second row and column of it and back: in forms that every backend has and does fast.
import * as tf from "@tensorflow/tfjs";

/** The pixels of a rectangle. Its rows are copied whole: a slice of four axes copies, on wasm, each pixel by itself. */
export function rectangle(x: tf.Tensor4D, row: number, column: number, rows: number, columns: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const lines = tf.reshape(x, [batch, height, width * channels]);
  const size: [number, number, number] = [batch, rows, columns * channels];
  return tf.reshape(tf.slice(lines, [0, row, column * channels], size), [batch, rows, columns, channels]);
}

/** Zeros around a feature map, or another number. */
export function border(
  x: tf.Tensor4D,
  rows: [before: number, after: number],
  columns: [before: number, after: number],
  value = 0,
): tf.Tensor4D {
  if (![...rows, ...columns].some((pixels) => pixels > 0)) return x;
  return tf.pad(x, [[0, 0], rows, columns, [0, 0]], value);
}

/** Zeros after each row and column, as many as make the stride 1: [n, h, w, c] to [n, h · vertical, w · horizontal, c]. */
export function dilate(x: tf.Tensor4D, vertical: number, horizontal: number): tf.Tensor4D {
  if (vertical === 1 && horizontal === 1) return x;
  const [batch, height, width, channels] = x.shape;
  const row = width * horizontal * channels;
  const columns = tf.pad(tf.reshape(x, [-1, channels]), [
    [0, 0],
    [0, (horizontal - 1) * channels],
  ]);
  const rows = tf.pad(tf.reshape(columns, [-1, row]), [
    [0, 0],
    [0, (vertical - 1) * row],
  ]);
  return tf.reshape(rows, [batch, height * vertical, width * horizontal, channels]);
}

/** The first of every `stride` rows and columns, as a convolution of one tap: on wasm many times as fast as slices. */
export function everyOf(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  return stride === 1 ? x : tf.depthwiseConv2d(x, tf.ones([1, 1, x.shape[3], 1]), stride, "valid");
}
