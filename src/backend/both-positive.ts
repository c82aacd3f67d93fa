// How alike the units are that inputs switch on.
import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "./kernel";

const kernel = defineKernel<{ x: tf.Tensor }>({
  name: "NaslabBothPositive",
  composed({ x }) {
    const codes = tf.reshape(tf.sign(tf.relu(x)), [x.shape[0], -1]);
    return [tf.matMul(codes, codes, false, true)];
  },
  gradient: () => ({}), // a count has none, and a tape need not remember what it was made of
});

/**
 * For each pair of a batch, how many elements are positive in both, and on the diagonal in one.
 *
 * @param x [batch, …]
 * @returns [batch, batch]; it carries no gradient.
 */
export const bothPositive = (x: tf.Tensor): tf.Tensor2D => kernel({ x })[0] as tf.Tensor2D;
