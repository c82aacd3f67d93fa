// The reduction of the DARTS space where a skip connection meets a stride.
import * as tf from "@tensorflow/tfjs";

/**
 * Factorised reduction (DARTS's FactorizedReduce between its ReLU and its batch norm): two 1×1 convolutions at stride 2, of x and of x
 * without its first row and column, side by side. Here they are one 2×2 convolution whose other taps are zero: no map is copied.
 *
 * @param x [batch, height, width, inputs], height and width even
 * @param first, second [1, 1, inputs, outputs of each]
 * @returns [batch, height/2, width/2, outputs of both]
 * @throws RangeError if a side is odd: the two would not fit together.
 */
export function factorizedReduction(x: tf.Tensor4D, first: tf.Tensor4D, second: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  if (height % 2 === 1 || width % 2 === 1) {
    throw new RangeError(`factorizedReduction: ${height}×${width} pixels have an odd side; take even ones`);
  }
  const [left, right] = [first.shape[3], second.shape[3]];
  const filter = tf.add(tap(first, 0, [0, right]), tap(second, 1, [left, 0]));
  return tf.conv2d(x, filter as tf.Tensor4D, 2, "valid");
}

/** A 1×1 filter as the tap (k, k) of a 2×2 one, with zeros for other outputs before and after it. */
const tap = (filter: tf.Tensor4D, k: 0 | 1, others: [before: number, after: number]): tf.Tensor4D =>
  tf.pad(filter, [[k, 1 - k], [k, 1 - k], [0, 0], others]);
