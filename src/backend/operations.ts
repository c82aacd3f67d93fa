// The operations of convolutional search networks, with PyTorch's meaning, in ordinary TensorFlow.js: feature maps are
// [batch, height, width, channels], filters [height, width, inputs, outputs]. Each runs eagerly and compiled, on every backend.
import * as tf from "@tensorflow/tfjs";
import "./relu-gradient";

/** The sum of one tensor or more, of equal shapes. */
export function sum<T extends tf.Tensor>(terms: readonly T[]): T {
  return terms.length === 1 ? terms[0] : tf.addN([...terms]);
}

/** max(x, 0). */
export function relu<T extends tf.Tensor>(x: T): T {
  return tf.relu(x);
}

/** Means over 2×2 windows at stride 2; an odd last row or column is dropped, as in PyTorch. */
export function averagePool2x2(x: tf.Tensor4D): tf.Tensor4D {
  return tf.avgPool(x, 2, 2, "valid");
}

/** Means over all pixels: [batch, height, width, channels] to [batch, channels]. */
export function globalAveragePool(x: tf.Tensor4D): tf.Tensor2D {
  return tf.mean(x, [1, 2]);
}

/**
 * x · weights + bias.
 *
 * @param x [batch, inputs]
 * @param weights [inputs, outputs]
 * @param bias [outputs]
 */
export function linear(x: tf.Tensor2D, weights: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return tf.add(tf.matMul(x, weights), bias);
}
