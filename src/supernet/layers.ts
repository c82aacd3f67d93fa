// The layers that the networks of cell spaces are made of, in training and in evaluation mode.
import * as tf from "@tensorflow/tfjs";
import { averagePool2x2, batchNorm, conv2d, mixture, normalise, relu, scaleBy, spread, sum } from "../backend";
import type { BatchNormSlot, BatchStatistics, NormStatistics, Parameters } from "./parameters";

/** A batch of feature maps [batch, height, width, channels]. */
export type Features = tf.Tensor4D;

/**
 * In training, batch norms use and collect their batch's statistics; in evaluation they use the running ones. In a "linear" pass (SynFlow,
 * Tanaka et al., NeurIPS 2020) they pass on what comes in, a ReLU6 is a ReLU and noise is zeros.
 */
export type Mode = "training" | "evaluation" | "linear";

/** Who looks at an architecture's network at work. */
export interface Watcher {
  /** What a ReLU or ReLU6 gives, once for each operation or layer that has one of its own. */
  activation?(output: Features): void;
  /** What a convolution or the classifier gives, its outputs on the last axis; `weights`: how many lead to one of them. */
  product?(output: tf.Tensor, weights: number): void;
  /** What the head takes the mean of over all pixels. */
  features?(maps: Features): void;
}

/** One forward pass. */
export class Pass {
  readonly statistics: BatchStatistics = new Map();
  /** Of a linear pass: what it gives is to be multiplied by two to this power. */
  exponent = 0;
  readonly #constants = new Map<string, tf.Tensor1D>();

  /** @param running the running statistics; by default those that the parameters hold. @param noise int32 [2], the seed of what "noise" operations give. */
  constructor(
    readonly mode: Mode,
    readonly running?: tf.Tensor1D,
    readonly noise?: tf.Tensor1D,
    readonly watcher?: Watcher,
  ) {}

  relu(x: Features): Features {
    return this.active(relu(x));
  }

  relu6(x: Features): Features {
    return this.active(this.mode === "linear" ? relu(x) : tf.relu6(x));
  }

  /** What a ReLU gave. */
  active(output: Features): Features {
    this.watcher?.activation?.(output);
    return output;
  }

  /** What a convolution or the classifier gave. */
  product<T extends tf.Tensor>(output: T, weights: number): T {
    this.watcher?.product?.(output, weights);
    return output;
  }

  /**
   * In a linear pass both divided by the power of two that brings the largest of `last` into [1, 2), which keeps float32 from overflowing;
   * `exponent` adds them up. Else as they are.
   */
  levelled(before: Features, last: Features): readonly [Features, Features] {
    if (this.mode !== "linear") return [before, last];
    const largest = tf.max(last).dataSync()[0];
    if (!(largest > 0)) return [before, last];
    const power = Math.floor(Math.log2(largest));
    this.exponent += power;
    return [tf.mul(before, 2 ** -power), tf.mul(last, 2 ** -power)];
  }

  /** What it has made for later: a tidy that gives it out keeps it alive. */
  get made(): tf.TensorContainer {
    return [[...this.statistics.values()].map((moments) => ({ ...moments })), [...this.#constants.values()]];
  }

  /** A vector of one number, the same tensor at each call. */
  constant(value: number, length: number): tf.Tensor1D {
    const name = `${value} ${length}`;
    const made = this.#constants.get(name) ?? (tf.fill([length], value) as tf.Tensor1D);
    this.#constants.set(name, made);
    return made;
  }
}

/** Batch norm without scale and offset of its own (PyTorch: affine=False). */
export class BatchNorm {
  readonly #slot: BatchNormSlot;

  constructor(
    readonly parameters: Parameters,
    name: string,
    readonly channels: number,
  ) {
    this.#slot = parameters.slot(name, channels);
  }

  /** @param scale, offset [channels] each. */
  forward(x: Features, scale: tf.Tensor1D, offset: tf.Tensor1D, pass: Pass): Features {
    if (pass.mode === "linear") return x;
    if (pass.mode === "evaluation") {
      const { mean, variance } = this.parameters.runningOf(this.#slot, pass.running);
      return normalise(x, mean, variance, scale, offset);
    }
    const { y, ...moments } = batchNorm(x, scale, offset);
    this.collect(moments, pass);
    return y;
  }

  /** With scale 1 and offset 0. */
  plain(x: Features, pass: Pass): Features {
    return this.forward(x, pass.constant(1, this.channels), pass.constant(0, this.channels), pass);
  }

  /** Hands the batch's statistics to the pass: the running statistics are made of them. */
  collect(statistics: NormStatistics, pass: Pass): void {
    pass.statistics.set(this.#slot, statistics);
  }

  /** Mean and variance that it handed to a pass; null if it did not run, or did not learn. */
  collected(pass: Pass): readonly [tf.Tensor1D, tf.Tensor1D] | null {
    const found = pass.statistics.get(this.#slot);
    return found ? [found.mean, found.variance] : null;
  }
}

/** Batch norm with a trained scale and offset (PyTorch: affine=True). */
export class AffineBatchNorm {
  readonly norm: BatchNorm;
  readonly scale: tf.Variable<tf.Rank.R1>;
  readonly offset: tf.Variable<tf.Rank.R1>;

  constructor(parameters: Parameters, name: string, channels: number) {
    this.norm = new BatchNorm(parameters, name, channels);
    this.scale = parameters.vector(`${name}.weight`, channels, 1);
    this.offset = parameters.vector(`${name}.bias`, channels, 0);
  }

  forward(x: Features, pass: Pass): Features {
    return this.norm.forward(x, this.scale, this.offset, pass);
  }
}

/** An operation's weight: one for all images [], or one for each [batch, 1, 1, 1]. */
export type Weight = tf.Scalar | tf.Tensor4D;

/** A summand of a node: its map times its weight θ_o, normalised first where it has a batch norm. */
export interface Term<W extends Weight = tf.Scalar> {
  readonly x: Features;
  readonly weight: W;
  readonly norm?: BatchNorm;
}

/** Σ θ_o x_o over the terms of a node, whose weights are of one kind. */
export function weightedSum(terms: readonly Term<Weight>[], pass: Pass): Features {
  return terms[0].weight.rank === 0
    ? weightedForAll(terms as readonly Term[], pass)
    : weightedByImage(terms as readonly Term<tf.Tensor4D>[], pass);
}

function weightedForAll(terms: readonly Term[], pass: Pass): Features {
  const normalised = terms.filter(({ norm }) => norm);
  const plain = terms.filter(({ norm }) => !norm);
  if (pass.mode === "training") {
    const { y, moments } = mixture(normalised, plain);
    normalised.forEach(({ norm }, k) => {
      norm!.collect(moments[k], pass);
    });
    return y;
  }
  const zeros = tf.zeros([terms[0].x.shape[3]]) as tf.Tensor1D;
  return sum([
    ...normalised.map(({ x, weight, norm }) => norm!.forward(x, spread(weight, zeros.size), zeros, pass)),
    ...plain.map(({ x, weight }) => scaleBy(x, weight)),
  ]);
}

function weightedByImage(terms: readonly Term<tf.Tensor4D>[], pass: Pass): Features {
  const ones = tf.ones([terms[0].x.shape[3]]) as tf.Tensor1D;
  const zeros = tf.zerosLike(ones);
  return sum(terms.map(({ x, weight, norm }) => tf.mul(norm ? norm.forward(x, ones, zeros, pass) : x, weight)));
}

/** Convolution and affine batch norm; the ReLU before them is the caller's. */
class ConvolutionNorm {
  readonly #filter: tf.Variable<tf.Rank.R4>;
  readonly #norm: AffineBatchNorm;

  constructor(
    parameters: Parameters,
    name: string,
    size: number,
    inputs: number,
    outputs: number,
    readonly stride: 1 | 2,
  ) {
    this.#filter = parameters.filter(`${name}.op.1.weight`, [size, size], inputs, outputs);
    this.#norm = new AffineBatchNorm(parameters, `${name}.op.2`, outputs);
  }

  forward(active: Features, pass: Pass): Features {
    const { size, shape } = this.#filter;
    return this.#norm.forward(pass.product(conv2d(active, this.#filter, this.stride), size / shape[3]), pass);
  }
}

/** ResNet's basic block at stride 2, between the stages: halves height and width, doubles the channels. */
export class ResidualBlock {
  readonly #first: ConvolutionNorm;
  readonly #second: ConvolutionNorm;
  readonly #shortcut: tf.Variable<tf.Rank.R4>;

  constructor(parameters: Parameters, name: string, inputs: number, outputs: number) {
    this.#first = new ConvolutionNorm(parameters, `${name}.conv_a`, 3, inputs, outputs, 2);
    this.#second = new ConvolutionNorm(parameters, `${name}.conv_b`, 3, outputs, outputs, 1);
    this.#shortcut = parameters.filter(`${name}.downsample.1.weight`, [1, 1], inputs, outputs);
  }

  forward(x: Features, pass: Pass): Features {
    const main = this.#second.forward(pass.relu(this.#first.forward(pass.relu(x), pass)), pass);
    return tf.add(pass.product(conv2d(averagePool2x2(x), this.#shortcut, 1), x.shape[3]), main);
  }
}
