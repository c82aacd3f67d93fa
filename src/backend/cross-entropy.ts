// The classification loss. TensorFlow's kernel gives it together with its gradient.
import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "./kernel";
import { floatType } from "./native";

/** ln Σ exp x and softmax x over the last axis: TensorFlow.js's own cannot be differentiated twice. */
const logSumExp = defineKernel<{ x: tf.Tensor }>({
  name: "NaslabLogSumExp",
  composed: ({ x }) => [tf.logSumExp(x, -1)],
  saveInputs: ["x"],
  gradient: ([dy], [x]) => ({ x: () => tf.mul(tf.reshape(dy, [...dy.shape, 1]), softmax({ x })[0]) }),
});

const softmax: (inputs: { x: tf.Tensor }) => tf.Tensor[] = defineKernel({
  name: "NaslabSoftmax",
  composed: ({ x }) => [tf.softmax(x)],
  saveInputs: ["x"],
  gradient: ([dy], [x]) => {
    const [y]: tf.Tensor[] = softmax({ x });
    return { x: () => tf.mul(y, tf.sub(dy, tf.sum(tf.mul(dy, y), -1, true))) };
  },
});

const meanCrossEntropy = defineKernel<{ logits: tf.Tensor; oneHot: tf.Tensor }>({
  name: "NaslabCrossEntropy",
  native({ logits, oneHot }, backend) {
    const type = [floatType(backend.binding)];
    const [losses, gradients] = backend.executeMultipleOutputs(
      "SoftmaxCrossEntropyWithLogits",
      type,
      [logits, oneHot],
      2,
    );
    return [tf.mean(losses), gradients];
  },
  composed({ logits, oneHot }) {
    const logProbabilities = tf.logSoftmax(logits);
    const loss = tf.mean(tf.neg(tf.sum(tf.mul(oneHot, logProbabilities), -1)));
    return [loss, tf.sub(tf.exp(logProbabilities), oneHot)];
  },
  saveInputs: ["logits", "oneHot"],
  saveOutputs: [false, true],
  differentiable: ({ logits, oneHot }) =>
    tf.mean(tf.sub(logSumExp({ x: logits })[0], tf.sum(tf.mul(oneHot, logits), -1))),
  gradient: ([dLoss], [, , gradients]) => ({ logits: () => tf.mul(gradients, tf.div(dLoss, gradients.shape[0]!)) }),
});

/**
 * −Σ_k oneHot_k · ln softmax(logits)_k, averaged over the batch.
 *
 * @param logits [batch, classes]
 * @param oneHot [batch, classes], each row a distribution; it gets no gradient.
 */
export function crossEntropy(logits: tf.Tensor2D, oneHot: tf.Tensor2D): tf.Scalar {
  const [loss, gradients] = meanCrossEntropy({ logits, oneHot });
  gradients.dispose(); // a gradient has a copy of its own
  return loss as tf.Scalar;
}
