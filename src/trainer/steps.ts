// The half-steps of the bilevel search (DrNAS eq. 2, first order) and the validation pass, each one compiled function.
import * as tf from "@tensorflow/tfjs";
import { type Compiled, compile } from "../backend";
import type { Batch } from "../datasets";
import type { WeightSettings } from "../methods";
import type { Outcome, Supernet } from "../supernet";
import { globalNorm, Sgd } from "./sgd";

/** What one pass over a batch told. */
export interface PassResult {
  readonly loss: number;
  /** Images classified rightly. */
  readonly correct: number;
  /** Whether loss, gradient and statistics are finite; where they are not, the pass has changed nothing. */
  readonly healthy: boolean;
}

type Inputs = [images: tf.Tensor4D, labels: tf.Tensor1D, theta: tf.Tensor2D];

export class Steps {
  readonly #network: Supernet;
  readonly #sgd: Sgd;
  readonly #architecture: Compiled<Inputs, tf.Tensor[]>;
  readonly #weights: Compiled<[...Inputs, tf.Scalar], tf.Tensor[]>;
  readonly #evaluation: Compiled<Inputs, tf.Tensor[]>;

  constructor(network: Supernet, settings: WeightSettings) {
    const { parameters } = network;
    this.#network = network;
    this.#sgd = new Sgd(parameters.trainable, settings);
    parameters.running; // made before the first trace

    this.#architecture = compile(
      (images, labels, theta) => {
        const { correct, running, value, grad } = withOutcome(
          (theta: tf.Tensor) => network.evaluate(images, labels, theta as tf.Tensor2D, "training"),
          (loss) => tf.valueAndGrad(loss)(theta),
        );
        const healthy = allFinite(value, grad, running);
        parameters.running.assign(tf.where(healthy, running, parameters.running));
        return [value, correct, healthy, grad];
      },
      { name: "architecture step" },
    );

    this.#weights = compile(
      (images, labels, theta, rate) => {
        const { correct, running, value, grads } = withOutcome(
          () => network.evaluate(images, labels, theta, "training"),
          (loss) => tf.variableGrads(loss, parameters.trainable),
        );
        const gradients = parameters.trainable.map(({ name }) => grads[name]);
        const norm = globalNorm(gradients);
        const healthy = allFinite(value, norm, running);
        this.#sgd.step(gradients, norm, rate, healthy);
        parameters.running.assign(tf.where(healthy, running, parameters.running));
        return [value, correct, healthy, norm];
      },
      { name: "weight step" },
    );

    this.#evaluation = compile(
      (images, labels, theta) => {
        const { loss, correct } = network.evaluate(images, labels, theta, "evaluation");
        return [loss, correct, tf.isFinite(loss)];
      },
      { name: "validation" },
    );
  }

  /** ∂L/∂θ [edges · operations] on a validation batch. Only the running statistics change. */
  architecture(batch: Batch, theta: readonly Float64Array[]): PassResult & { dTheta: Float32Array } {
    const { result, more } = this.#run(this.#architecture, batch, theta);
    if (result.healthy) this.#network.parameters.batchesTracked++;
    return { ...result, dTheta: more };
  }

  /** One SGD step on a training batch; `norm` is the gradient's before clipping. */
  weights(batch: Batch, theta: readonly Float64Array[], rate: number): PassResult & { norm: number } {
    const { result, more } = this.#run(this.#weights, batch, theta, rate);
    if (result.healthy) this.#network.parameters.batchesTracked++;
    return { ...result, norm: more[0] };
  }

  /** The mean loss over the batch, padding included as zeros, and the hits, with running statistics. */
  evaluate(batch: Batch, theta: readonly Float64Array[]): PassResult {
    return this.#run(this.#evaluation, batch, theta).result;
  }

  dispose(): void {
    for (const part of [this.#architecture, this.#weights, this.#evaluation, this.#sgd]) part.dispose();
  }

  /** Runs a compiled step that answers [loss, hits, healthy, more]. */
  #run<N extends tf.Scalar[]>(
    step: Compiled<[...Inputs, ...N], tf.Tensor[]>,
    { images, labels }: Batch,
    theta: readonly Float64Array[],
    ...numbers: number[]
  ): { result: PassResult; more: Float32Array } {
    const [height, width, channels] = this.#network.size.image;
    const inputs: Inputs = [
      tf.tensor4d(images, [labels.length, height, width, channels]),
      tf.tensor1d(labels, "int32"),
      tf.tensor2d(theta.map((row) => Array.from(row))),
    ];
    const scalars = numbers.map((x) => tf.scalar(x)) as N;
    const results = step(...inputs, ...scalars);
    const [loss, correct, healthy, more] = results.map((result) => result.dataSync() as Float32Array);
    tf.dispose([inputs, scalars, results]);
    return { result: { loss: loss[0], correct: correct[0], healthy: Boolean(healthy[0]) }, more };
  }
}

/** Whether all numbers of all tensors are finite, as a boolean scalar: a sum is finite only if its terms are. */
const allFinite = (...tensors: tf.Tensor[]): tf.Tensor => tf.isFinite(tf.addN(tensors.map((x) => tf.sum(x))));

/** Differentiates the loss of a pass, and keeps what else the pass tells, which tfjs would free with the tape. */
function withOutcome<A extends unknown[], G>(
  pass: (...inputs: A) => Outcome,
  differentiate: (loss: (...inputs: A) => tf.Scalar) => G,
): G & { correct: tf.Scalar; running: tf.Tensor1D } {
  let kept: tf.Tensor[] = [];
  const gradients = differentiate((...inputs) => {
    const { loss, correct, running } = pass(...inputs);
    kept = [tf.keep(correct), tf.keep(running!)];
    return loss;
  });
  const [correct, running] = kept.map((x) => x.clone()) as [tf.Scalar, tf.Tensor1D]; // the copies belong to the caller's tidy
  tf.dispose(kept);
  return { ...gradients, correct, running };
}
