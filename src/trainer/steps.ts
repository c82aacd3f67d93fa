// The half-steps of the bilevel search (DrNAS eq. 2, first order) and the validation pass, each one compiled function.
import * as tf from "@tensorflow/tfjs";
import { type Compiled, compile } from "../backend";
import type { Batch } from "../datasets";
import type { Draw, WeightSettings } from "../methods";
import type { Supernet } from "../supernet";
import { allFinite, evaluated, type PassResult, runPass, weightStep, withOutcome } from "./pass";
import { Sgd } from "./sgd";

/** A path is `[]`, or `[int32 [edges]]`: the two have a trace each. */
type Inputs = [images: tf.Tensor4D, labels: tf.Tensor1D, theta: tf.Tensor2D, path: tf.Tensor1D[]];

export class Steps {
  readonly #network: Supernet;
  readonly #sgd: Sgd;
  readonly #architecture: Compiled<Inputs, tf.Tensor[]>;
  readonly #weights: Compiled<[...Inputs, tf.Scalar], tf.Tensor[]>;
  readonly #evaluation: Compiled<Inputs, tf.Tensor[]>;

  /** @param compiler makes a graph of each half; a benchmark gives one that does not, to compare. */
  constructor(network: Supernet, settings: WeightSettings, compiler: typeof compile = compile) {
    const { parameters } = network;
    this.#network = network;
    this.#sgd = new Sgd(parameters.trainable, settings);
    parameters.running; // made before the first trace

    this.#architecture = compiler(
      (images, labels, theta, path) => {
        const { correct, running, value, grad } = withOutcome(
          (theta: tf.Tensor) => network.evaluate(images, labels, theta as tf.Tensor2D, "training", ...path),
          (loss) => tf.valueAndGrad(loss)(theta),
        );
        const healthy = allFinite(value, grad, running);
        parameters.running.assign(tf.where(healthy, running, parameters.running));
        return [value, correct, healthy, grad];
      },
      { name: "architecture step" },
    );

    this.#weights = compiler(
      (images, labels, theta, path, rate) =>
        weightStep(parameters, this.#sgd, rate, () => network.evaluate(images, labels, theta, "training", ...path)),
      { name: "weight step" },
    );

    this.#evaluation = compiler(
      (images, labels, theta, path) => evaluated(network.evaluate(images, labels, theta, "evaluation", ...path)),
      { name: "validation" },
    );
  }

  /** ∂L/∂θ [edges · operations] on a validation batch. Only the running statistics change. */
  architecture(batch: Batch, draw: Draw): PassResult & { dTheta: Float32Array } {
    const { result, more } = this.#run(this.#architecture, batch, draw);
    if (result.healthy) this.#network.parameters.batchesTracked++;
    return { ...result, dTheta: more };
  }

  /** One SGD step on a training batch; `norm` is the gradient's before clipping. */
  weights(batch: Batch, draw: Draw, rate: number): PassResult & { norm: number } {
    const { result, more } = this.#run(this.#weights, batch, draw, rate);
    if (result.healthy) this.#network.parameters.batchesTracked++;
    return { ...result, norm: more[0] };
  }

  /** The mean loss over the batch, padding included as zeros, and the hits, with running statistics. */
  evaluate(batch: Batch, draw: Draw): PassResult {
    return this.#run(this.#evaluation, batch, draw).result;
  }

  dispose(): void {
    for (const part of [this.#architecture, this.#weights, this.#evaluation, this.#sgd]) part.dispose();
  }

  #run<N extends tf.Scalar[]>(
    step: Compiled<[...Inputs, ...N], tf.Tensor[]>,
    batch: Batch,
    { theta, path }: Draw,
    ...numbers: number[]
  ): { result: PassResult; more: Float32Array } {
    const weights = tf.tensor2d(theta.map((row) => Array.from(row)));
    const chosen = path ? [tf.tensor1d([...path], "int32")] : [];
    const scalars = numbers.map((x) => tf.scalar(x)) as N;
    return runPass(step, this.#network.size.image, batch, weights, chosen, ...scalars);
  }
}
