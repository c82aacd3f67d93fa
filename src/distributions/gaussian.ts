// BaLeNAS' distribution (Zhang et al., CVPR 2022): a mean-field Gaussian over the logits of one edge's operations; the
// operation weights are the softmax of a sample.
import type { RandomStream } from "../backend/random";
import {
  finiteVector,
  positiveVector,
  requireCategory,
  requireLength,
  requireProbability,
  requireSimplex,
} from "./checks";
import { normalQuantile } from "./normal";
import { SampledMarginals } from "./sampled-marginals";
import { softmax, softmaxGradient } from "./softmax";

/** A gradient by the parameters of a `Gaussian`. */
export interface GaussianGradient {
  /** By the mean, [K]. */
  readonly mean: Float64Array;
  /** By the standard deviation, [K]. */
  readonly deviation: Float64Array;
}

/** N(location, diag deviation²) over K ≥ 2 logits; immutable, in double precision. */
export class Gaussian {
  /** The logits' means, [K]. */
  readonly location: Float64Array;
  /** The logits' standard deviations, [K], positive. */
  readonly deviation: Float64Array;
  #weights: SampledMarginals | undefined;

  constructor(mean: ArrayLike<number>, deviation: ArrayLike<number>) {
    this.location = finiteVector("Gaussian: mean", mean);
    this.deviation = positiveVector("Gaussian: deviation", deviation);
    requireLength("Gaussian: deviation", this.location.length, this.deviation);
  }

  /** A draw of the logits, [K]. */
  sample(stream: RandomStream): Float64Array {
    return this.location.map((mean, k) => mean + this.deviation[k] * stream.normal());
  }

  /** The operation weights of a sample, [K]: its softmax. */
  weights(sample: ArrayLike<number>): Float64Array {
    requireLength("Gaussian.weights", this.location.length, sample);
    return softmax(sample);
  }

  /** ln of the density at the logits `x`, [K]. */
  logDensity(x: ArrayLike<number>): number {
    requireLength("Gaussian.logDensity", this.location.length, x);
    return this.#noise(x).reduce((sum, z, k) => sum - 0.5 * z * z - this.#logNormalizer(k), 0);
  }

  /** E of the logits, [K]. */
  mean(): Float64Array {
    return this.location.slice();
  }

  /** The operation weights at the mean logits, [K]: what is read out. Their own mean is `weightMean`. */
  centre(): Float64Array {
    return softmax(this.location);
  }

  /** Var of the logits by component, [K]. */
  variance(): Float64Array {
    return this.deviation.map((deviation) => deviation * deviation);
  }

  /** The differential entropy of the logits in nats; negative for small deviations. */
  entropy(): number {
    return this.deviation.reduce((sum, _, k) => sum + 0.5 + this.#logNormalizer(k), 0);
  }

  /** The Kullback-Leibler divergence KL(this ‖ other) in nats, in closed form; 0 or more. */
  kl(other: Gaussian): number {
    requireLength("Gaussian.kl", this.location.length, other.location);
    return this.location.reduce((sum, mean, k) => {
      const ratio = this.deviation[k] / other.deviation[k];
      const shift = (mean - other.location[k]) / other.deviation[k];
      // ratio² - 1, of factors: nothing cancels where the deviations are nearly equal.
      return sum + 0.5 * ((ratio - 1) * (ratio + 1) + shift * shift) - Math.log(ratio);
    }, 0);
  }

  /** ∂ KL(this ‖ other) by this distribution's parameters. */
  klGradient(other: Gaussian): GaussianGradient {
    requireLength("Gaussian.klGradient", this.location.length, other.location);
    const precision = other.deviation.map((deviation) => 1 / deviation ** 2);
    return {
      mean: this.location.map((mean, k) => (mean - other.location[k]) * precision[k]),
      deviation: this.deviation.map((deviation, k) => deviation * precision[k] - 1 / deviation),
    };
  }

  /** The value below which the category's logit lies with the given probability; ∓∞ at the probabilities 0 and 1. */
  marginalQuantile(category: number, probability: number): number {
    requireCategory("Gaussian.marginalQuantile", this.location.length, category);
    return this.location[category] + this.deviation[category] * normalQuantile(probability);
  }

  /**
   * The value below which the category's operation weight lies with the given probability. Two categories have the normal
   * quantile of the logits' difference; more are sampled: the probability's standard error is below 0.008.
   */
  weightQuantile(category: number, probability: number): number {
    requireCategory("Gaussian.weightQuantile", this.location.length, category);
    requireProbability("Gaussian.weightQuantile", probability);
    if (this.location.length > 2) return this.#sampledWeights().quantile(category, probability);
    const difference = this.location[category] - this.location[1 - category];
    const deviation = Math.hypot(...this.deviation);
    return 1 / (1 + Math.exp(-(difference + deviation * normalQuantile(probability))));
  }

  /** The probability that the category's operation weight is at most `value`, sampled: its standard error is below 0.008. */
  weightCumulative(category: number, value: number): number {
    requireCategory("Gaussian.weightCumulative", this.location.length, category);
    return this.#sampledWeights().cumulative(category, value);
  }

  /**
   * ln of the density of the operation weights at `weights`, [K], inside the simplex, with respect to the first K - 1: the logistic-normal
   * distribution (Aitchison and Shen, Biometrika 1980) of the log-ratios y_k = ln w_k / w_K, whose covariance is diag(σ_k²) + σ_K².
   */
  logWeightDensity(weights: ArrayLike<number>): number {
    const last = this.location.length - 1;
    requireSimplex("Gaussian.logWeightDensity", last + 1, weights);
    const precision = this.deviation.map((deviation) => 1 / deviation ** 2);
    const logs = Float64Array.from(weights, Math.log);
    const shifts = logs.map((log, k) => log - logs[last] - (this.location[k] - this.location[last]));
    // Sherman and Morrison's inverse of a diagonal plus a constant, and its determinant.
    const whole = precision.reduce((sum, value) => sum + value, 0);
    const linear = shifts.reduce((sum, shift, k) => sum + precision[k] * shift, 0);
    const square = shifts.reduce((sum, shift, k) => sum + precision[k] * shift * shift, 0) - linear ** 2 / whole;
    const logDeterminant =
      this.deviation.reduce((sum, deviation) => sum + 2 * Math.log(deviation), 0) + Math.log(whole);
    const jacobian = logs.reduce((sum, log) => sum + log, 0);
    return -0.5 * (square + logDeterminant + last * Math.log(2 * Math.PI)) - jacobian;
  }

  /**
   * The Gaussian of some categories' logits: its weights are these categories' weights divided by their sum, as a softmax knows only
   * differences of logits.
   */
  subcomposition(categories: readonly number[]): Gaussian {
    return new Gaussian(
      categories.map((k) => this.location[k]),
      categories.map((k) => this.deviation[k]),
    );
  }

  /** E of the operation weights, [K], sampled: the standard error is at most 0.008. */
  weightMean(): Float64Array {
    return this.#sampledWeights().mean();
  }

  /**
   * The gradient of a loss L(logits) by the parameters from dL/dlogits at a sample = mean + deviation · noise, the noise
   * held (Kingma and Welling, "Auto-encoding variational Bayes", ICLR 2014). The noise is taken back from the sample, to
   * about 1e-16 |mean| / deviation.
   *
   * @param sample The logits, [K], as `sample` gives them.
   * @param dSample dL/dlogits, [K].
   */
  pathwiseGradient(sample: ArrayLike<number>, dSample: ArrayLike<number>): GaussianGradient {
    requireLength("Gaussian.pathwiseGradient", this.location.length, sample);
    requireLength("Gaussian.pathwiseGradient", this.location.length, dSample);
    const noise = this.#noise(sample);
    return { mean: Float64Array.from(dSample), deviation: noise.map((z, k) => z * dSample[k]) };
  }

  /** As `pathwiseGradient`, of a loss L(weights) from dL/dweights, [K], at the weights of a sample of logits. */
  pathwiseWeightGradient(sample: ArrayLike<number>, dWeights: ArrayLike<number>): GaussianGradient {
    requireLength("Gaussian.pathwiseWeightGradient", this.location.length, dWeights);
    return this.pathwiseGradient(sample, softmaxGradient(this.weights(sample), dWeights));
  }

  #noise(x: ArrayLike<number>): Float64Array {
    return this.location.map((mean, k) => (x[k] - mean) / this.deviation[k]);
  }

  #logNormalizer(k: number): number {
    return Math.log(this.deviation[k]) + 0.5 * Math.log(2 * Math.PI);
  }

  #sampledWeights(): SampledMarginals {
    this.#weights ??= new SampledMarginals("normal", this.location, this.deviation);
    return this.#weights;
  }
}
