// grad_norm (Abdelfattah et al., ICLR 2021, section 3.2): a training-free score of an architecture.
import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../backend";
import type { Batch } from "../datasets";
import type { Design, NetworkSize } from "../spaces";
import { Network } from "../supernet";

/**
 * Σ over the convolutions and the linear layer of ‖∂L/∂w‖₂ of one batch at fresh weights; higher is better.
 * @param random the stream of the weights.
 */
export function gradNorm(design: Design, size: NetworkSize, batch: Batch, random: RandomStream): number {
  const network = new Network(design, size, random);
  const { trainable } = network.parameters;
  const score = tf.tidy(() => {
    const images = tf.tensor4d(batch.images, [batch.labels.length, ...size.image]);
    const labels = tf.tensor1d(batch.labels, "int32");
    const noise = tf.tensor1d([0, 0], "int32");
    const { grads } = tf.variableGrads(() => network.evaluate(images, labels, "training", { noise }).loss, trainable);
    const weights = trainable.filter(({ shape }) => shape.length > 1); // batch norms and biases have one axis
    const norms = weights.flatMap(({ name }) => (grads[name] ? [tf.norm(grads[name])] : [])); // none where nothing takes an input in
    return tf.addN(norms).dataSync()[0];
  });
  network.dispose();
  return score;
}
