// The classification loss. TensorFlow's kernel gives it together with its gradient.
import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "./kernel";
import { floatType } from "./native";

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
  saveOutputs: [false, true],
  gradient: ([dLoss], [gradients]) => ({ logits: () => tf.mul(gradients, tf.div(dLoss, gradients.shape[0]!)) }),
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
