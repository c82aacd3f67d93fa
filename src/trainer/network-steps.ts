// The training step of one architecture's network and its evaluation, each one compiled function.
import * as tf from "@tensorflow/tfjs";
import { type Compiled, compile, type RandomStream } from "../backend";
import { sameAtEachCall } from "../spaces";
import type { Network } from "../supernet";
import { evaluated, type PassResult, runPass } from "./pass";
import { Sgd, type SgdSettings } from "./sgd";
import { type BatchTensors, batchTensors, type SeededBatch } from "./tensors";
import { weightStep } from "./weight-step";

export interface NetworkSettings extends SgdSettings {
  /** What the auxiliary tower's loss counts, if the network has one; 0.4 by default. */
  readonly auxiliaryWeight?: number;
}

/** How NAS-Bench-201 trains (Dong & Yang, ICLR 2020, table 1); the learning rate falls from 0.1 to 0 by a cosine over 200 epochs. */
export const nasBench201Sgd: NetworkSettings = { momentum: 0.9, weightDecay: 5e-4, nesterov: true };

/**
 * How DARTS and those after it retrain on CIFAR (Liu et al., ICLR 2019, section 3.2); the learning rate falls from 0.025 to 0 by a cosine
 * over 600 epochs, the probability of drop path grows linearly from 0 (to 0.2 there; 0.3 in DrNAS).
 */
export const dartsSgd: NetworkSettings = { momentum: 0.9, weightDecay: 3e-4, clip: 5, auxiliaryWeight: 0.4 };

/** Drop path: edges that do more than pass on what comes in are dropped for an image and a cell with a probability. */
export interface DropPath {
  /** 0 drops nothing; less than 1. */
  readonly probability: number;
  /** Which are dropped follows from it: another stream for each step. */
  readonly random: RandomStream;
}

export interface TrainingResult extends PassResult {
  /** The gradient's norm before clipping. */
  readonly norm: number;
  /** The auxiliary tower's own loss, of which `loss` has its weight's part; null without a tower. */
  readonly auxiliary: number | null;
}

export class NetworkSteps {
  readonly #network: Network;
  readonly #sgd: Sgd;
  readonly #training: Compiled<[BatchTensors, rate: tf.Scalar, dropPath: tf.Tensor3D | null], tf.Tensor[]>;
  readonly #evaluation: Compiled<[BatchTensors], tf.Tensor[]>;

  /** @param compiler how the steps run: compiled, unless another is given. */
  constructor(network: Network, settings: NetworkSettings = nasBench201Sgd, compiler: typeof compile = compile) {
    const { parameters } = network;
    const { auxiliaryWeight } = settings;
    this.#network = network;
    this.#sgd = new Sgd(parameters.trainable, settings);
    parameters.running; // made before the first trace
    const check = sameAtEachCall(network.operations) ? "never" : "second call";

    this.#training = compiler(
      ({ images, labels, noise }: BatchTensors, rate: tf.Scalar, dropPath: tf.Tensor3D | null) => {
        const auxiliary: tf.Scalar[] = [];
        const pass = () => {
          const under = { noise, auxiliaryWeight, ...(dropPath && { dropPath }) };
          const outcome = network.evaluate(images, labels, "training", under);
          if (outcome.auxiliary) auxiliary.push(tf.keep(outcome.auxiliary));
          return outcome;
        };
        const [loss, correct, healthy, norm] = weightStep(parameters, this.#sgd, rate, [{ pass }]);
        const more = tf.stack([norm, ...auxiliary]);
        tf.dispose(auxiliary);
        return [loss, correct, healthy, more];
      },
      { name: "training step", check },
    );
    this.#evaluation = compiler(
      ({ images, labels, noise }: BatchTensors) => evaluated(network.evaluate(images, labels, "evaluation", { noise })),
      { name: "evaluation", check },
    );
  }

  /** One SGD step on a training batch. @throws RangeError if drop path's probability is not in [0, 1). */
  train(batch: SeededBatch, rate: number, dropPath?: DropPath): TrainingResult {
    const factors = dropPath ? this.#factors(batch.labels.length, dropPath) : null;
    const { result, more } = runPass(this.#training, this.#tensors(batch), tf.scalar(rate), factors);
    if (result.healthy) this.#network.parameters.batchesTracked++;
    return { ...result, norm: more[0], auxiliary: more[1] ?? null };
  }

  /** The mean loss over the batch, padding included as zeros, and the hits, with running statistics. */
  evaluate(batch: SeededBatch): PassResult {
    return runPass(this.#evaluation, this.#tensors(batch)).result;
  }

  dispose(): void {
    for (const part of [this.#training, this.#evaluation, this.#sgd]) part.dispose();
  }

  #tensors(batch: SeededBatch): BatchTensors {
    return batchTensors(batch, this.#network.size.image, true);
  }

  /** A probability of 0 has a trace of its own, without factors. */
  #factors(batch: number, { probability, random }: DropPath): tf.Tensor3D | null {
    if (!(probability >= 0 && probability < 1))
      throw new RangeError(`NetworkSteps.train: drop path's probability must be in [0, 1), got ${probability}`);
    if (probability === 0) return null;
    const { cells, edges } = this.#network;
    const factor = () => (random.uniform() < probability ? 0 : 1 / (1 - probability));
    return tf.tensor3d(Float32Array.from({ length: batch * cells * edges }, factor), [batch, cells, edges]);
  }
}
