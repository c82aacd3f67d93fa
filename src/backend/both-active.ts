// How alike the units are that inputs switch on.
import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "./kernel";

const kernel = defineKernel<{ x: tf.Tensor }>({
  name: "NaslabBothActive",
  composed({ x }) {
    const codes = tf.reshape(tf.sign(x), [x.shape[0], -1]);
    return [tf.matMul(codes, codes, false, true)];
  },
  gradient: () => ({}), // a count has none, and a tape need not remember what it was made of
});

/**
 * For each pair of a batch, how many units are active in both, and on the diagonal in one.
 *
 * @param x [batch, …], what a ReLU gave: positive or 0.
 * @returns [batch, batch]; it carries no gradient.
 */
export const bothActive = (x: tf.Tensor): tf.Tensor2D => kernel({ x })[0] as tf.Tensor2D;
