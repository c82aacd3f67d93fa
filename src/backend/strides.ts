// Every second row and column of a feature map, and back: by reshapes and slices, which every backend has and does fast.
import * as tf from "@tensorflow/tfjs";

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

/** The inverse of `dilate`: the first of every `stride` rows and columns, which divides their numbers. */
export function everyOf(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  if (stride === 1) return x;
  const [batch, height, width, channels] = x.shape;
  const [rows, columns] = [height / stride, width / stride];
  const lines = tf.slice(tf.reshape(x, [batch * rows, stride * width * channels]), [0, 0], [-1, width * channels]);
  const pixels = tf.slice(tf.reshape(lines, [batch * rows * columns, stride * channels]), [0, 0], [-1, channels]);
  return tf.reshape(pixels, [batch, rows, columns, channels]);
}
