// The training step of one architecture's network and its evaluation, each one compiled function.
import * as tf from "@tensorflow/tfjs";
import { type Compiled, compile } from "../backend";
import type { Batch } from "../datasets";
import type { Network } from "../supernet";
import { evaluated, type PassResult, runPass } from "./pass";
import { Sgd, type SgdSettings } from "./sgd";
import { type BatchTensors, batchTensors } from "./tensors";
import { weightStep } from "./weight-step";

/** How NAS-Bench-201 trains (Dong & Yang, ICLR 2020, table 1); the learning rate falls from 0.1 to 0 by a cosine over 200 epochs. */
export const nasBench201Sgd: SgdSettings = { momentum: 0.9, weightDecay: 5e-4, nesterov: true };

export class NetworkSteps {
  readonly #network: Network;
  readonly #sgd: Sgd;
  readonly #training: Compiled<[BatchTensors, rate: tf.Scalar], tf.Tensor[]>;
  readonly #evaluation: Compiled<[BatchTensors], tf.Tensor[]>;

  constructor(network: Network, settings: SgdSettings = nasBench201Sgd) {
    const { parameters } = network;
    this.#network = network;
    this.#sgd = new Sgd(parameters.trainable, settings);
    parameters.running; // made before the first trace

    this.#training = compile(
      ({ images, labels }: BatchTensors, rate: tf.Scalar) =>
        weightStep(parameters, this.#sgd, rate, [{ pass: () => network.evaluate(images, labels, "training") }]),
      { name: "training step" },
    );
    this.#evaluation = compile(
      ({ images, labels }: BatchTensors) => evaluated(network.evaluate(images, labels, "evaluation")),
      {
        name: "evaluation",
      },
    );
  }

  /** One SGD step on a training batch; `norm` is the gradient's. */
  train(batch: Batch, rate: number): PassResult & { norm: number } {
    const { result, more } = runPass(this.#training, batchTensors(batch, this.#network.size.image), tf.scalar(rate));
    if (result.healthy) this.#network.parameters.batchesTracked++;
    return { ...result, norm: more[0] };
  }

  /** The mean loss over the batch, padding included as zeros, and the hits, with running statistics. */
  evaluate(batch: Batch): PassResult {
    return runPass(this.#evaluation, batchTensors(batch, this.#network.size.image)).result;
  }

  dispose(): void {
    for (const part of [this.#training, this.#evaluation, this.#sgd]) part.dispose();
  }
}
