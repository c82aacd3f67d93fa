// The Concrete distribution on the simplex (Maddison, Mnih and Teh, ICLR 2017; Gumbel-softmax: Jang, Gu and Poole, ICLR
// 2017), from which SNAS and GDAS draw the operation weights of one edge.
import type { RandomStream } from "../backend/random";
import {
  finiteVector,
  requireCategory,
  requireLength,
  requirePositive,
  requireProbability,
  requireSimplex,
} from "./checks";
import { perturb } from "./gumbel";
import { keepInside, SMALLEST } from "./interior";
import { type PowerSumMoments, powerSumMoments } from "./power-sum";
import { SampledMarginals } from "./sampled-marginals";
import { logSoftmax, softmax, softmaxGradient } from "./softmax";
import { EULER, logGamma } from "./special";
import { sum } from "./sum";

/** A gradient by the parameters of a `Concrete`. */
export interface ConcreteGradient {
  /** By the logits, [K]. */
  readonly logits: Float64Array;
  readonly temperature: number;
}

/** softmax((logits + G) / temperature), G standard Gumbel noise, K ≥ 2 categories; immutable, in double precision. */
export class Concrete {
  /** [K]; adding a constant to all changes nothing. */
  readonly logits: Float64Array;
  /** Positive; samples near 0 are nearly one-hot, and those of high ones nearly uniform. */
  readonly temperature: number;
  #shares: PowerSumMoments | undefined;
  #draws: SampledMarginals | undefined;

  constructor(logits: ArrayLike<number>, temperature: number) {
    this.logits = finiteVector("Concrete: logits", logits);
    requirePositive("Concrete: temperature", temperature);
    this.temperature = temperature;
  }

  /** A draw, [K]; each component is kept within 2^-1022 … 1 - 2^-53. */
  sample(stream: RandomStream): Float64Array {
    return this.sampleLog(stream).map((log) => keepInside(Math.exp(log)));
  }

  /** ln of a draw, [K]: finite and exact at temperatures where the components themselves round to 0. */
  sampleLog(stream: RandomStream): Float64Array {
    return logSoftmax(perturb(this.logits, stream).map((value) => value / this.temperature));
  }

  /** ln of the density at `x`, [K], with respect to the first K - 1 components; `x` must be on the simplex (to 1e-6). */
  logDensity(x: ArrayLike<number>): number {
    requireSimplex("Concrete.logDensity", this.logits.length, x);
    return this.logDensityAtLog(Float64Array.from(x, (value) => Math.log(Math.max(value, SMALLEST))));
  }

  /** As `logDensity` at the point whose components have the logarithms `logs`, [K], as `sampleLog` gives them. */
  logDensityAtLog(logs: ArrayLike<number>): number {
    requireLength("Concrete.logDensityAtLog", this.logits.length, logs);
    const scores = this.logits.map((logit, k) => logit - this.temperature * logs[k]);
    const kernel = sum(logSoftmax(scores));
    return kernel - sum(Float64Array.from(logs)) + this.#logConstant();
  }

  /** E of the sample, [K], by quadrature, to about 1e-12; it lies between softmax(logits) and 1 / K. */
  mean(): Float64Array {
    return this.#moments().share.slice();
  }

  /** The operation weights at the logits, [K]: what is read out, and the mean's limit as the temperature falls to 0. */
  centre(): Float64Array {
    return softmax(this.logits);
  }

  /** Var of the sample by component, [K], by quadrature, to about 1e-12 (absolute). */
  variance(): Float64Array {
    const { share, squaredShare } = this.#moments();
    return share.map((mean, k) => Math.max(squaredShare[k] - mean * mean, 0));
  }

  /** The differential entropy in nats (of the first K - 1 components), by quadrature; negative at low temperatures. */
  entropy(): number {
    return -this.#crossDensity(this);
  }

  /** The Kullback-Leibler divergence KL(this ‖ other) in nats, by quadrature; 0 or more. */
  kl(other: Concrete): number {
    requireLength("Concrete.kl", this.logits.length, other.logits);
    return Math.max(this.#crossDensity(this) - this.#crossDensity(other), 0);
  }

  /**
   * The value below which the category's component lies with the given probability. Two categories have a closed form,
   * the sigmoid of a logistic variable; more are sampled: the probability's standard error is below 0.008.
   */
  marginalQuantile(category: number, probability: number): number {
    requireCategory("Concrete.marginalQuantile", this.logits.length, category);
    requireProbability("Concrete.marginalQuantile", probability);
    if (this.logits.length > 2) return this.#sampled().quantile(category, probability);
    const noise = Math.log(probability) - Math.log1p(-probability);
    return 1 / (1 + Math.exp(-(this.#difference(category) + noise) / this.temperature));
  }

  /** The probability that the category's component is at most `value`; of more than two categories from the same draws. */
  marginalCumulative(category: number, value: number): number {
    requireCategory("Concrete.marginalCumulative", this.logits.length, category);
    if (this.logits.length > 2) return this.#sampled().cumulative(category, value);
    const noise = this.temperature * (Math.log(value) - Math.log1p(-value)) - this.#difference(category);
    return 1 / (1 + Math.exp(-noise));
  }

  /**
   * The distribution of some categories' components divided by their sum: the softmax of these categories' perturbed logits, so Concrete
   * again, at the same temperature.
   */
  subcomposition(categories: readonly number[]): Concrete {
    return new Concrete(
      categories.map((k) => this.logits[k]),
      this.temperature,
    );
  }

  /**
   * The gradient of a loss L(x) by the parameters from dL/dx at a sample x, the Gumbel noise held. Of the noise the sample
   * itself tells all that is needed.
   *
   * @param sample x, [K], as `sample` gives it.
   * @param dSample dL/dx, [K]; adding a constant to it changes nothing but rounding.
   */
  pathwiseGradient(sample: ArrayLike<number>, dSample: ArrayLike<number>): ConcreteGradient {
    requireSimplex("Concrete.pathwiseGradient", this.logits.length, sample);
    requireLength("Concrete.pathwiseGradient", this.logits.length, dSample);
    // x = softmax(u), u = (logits + G) / temperature: u is ln x but for a constant, which the softmax' gradient ignores.
    const slopes = softmaxGradient(sample, dSample);
    const dTemperature = slopes.reduce((total, d, k) => (d === 0 ? total : total - d * Math.log(sample[k])), 0);
    return {
      logits: slopes.map((d) => d / this.temperature),
      temperature: dTemperature / this.temperature,
    };
  }

  /** Of two categories: by how much the logit of one exceeds the other's. */
  #difference(category: number): number {
    return this.logits[category] - this.logits[1 - category];
  }

  #sampled(): SampledMarginals {
    this.#draws ??= new SampledMarginals(
      "gumbel",
      this.logits.map((logit) => logit / this.temperature),
      this.logits.map(() => 1 / this.temperature),
    );
    return this.#draws;
  }

  /** ln((K - 1)! temperature^(K - 1)), the constant of the density. */
  #logConstant(): number {
    const size = this.logits.length;
    return logGamma(size) + (size - 1) * Math.log(this.temperature);
  }

  /**
   * E[ln q(x)] over this distribution's samples x, q the density of `other`, which has
   *
   *     ln q(x) = constant + Σ (l_k - (t + 1) ln x_k) - K ln Σ e^(l_k - t ln x_k)
   *
   * with q's logits l and temperature t. With M = ln Σ e^u_k, u = (logits + G) / temperature, it is ln x_k = u_k - M, and
   * the last logarithm's mean is t E[M] and that of a sum of powers of exponentials e^-G.
   */
  #crossDensity(other: Concrete): number {
    const ratio = other.temperature / this.temperature;
    const meanM = this.#moments().meanLog;
    const meanLogs = this.logits.map((logit) => (logit + EULER) / this.temperature - meanM);
    const offsets = other.logits.map((logit, k) => logit - ratio * this.logits[k]);
    const meanLogSum = powerSumMoments(offsets, ratio).meanLog + other.temperature * meanM;
    const scores = other.logits.map((logit, k) => logit - other.temperature * meanLogs[k] - meanLogSum);
    return sum(scores) - sum(meanLogs) + other.#logConstant();
  }

  /** The components are shares of powers -1 / temperature of exponential variables. */
  #moments(): PowerSumMoments {
    this.#shares ??= powerSumMoments(
      this.logits.map((logit) => logit / this.temperature),
      -1 / this.temperature,
    );
    return this.#shares;
  }
}
