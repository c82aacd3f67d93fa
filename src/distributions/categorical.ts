// The categorical distribution over the operations of one edge, and the score function, by which REINFORCE (Williams,
// 1992), DSNAS and PARSEC learn its logits: a discrete sample has no pathwise derivative.
import type { RandomStream } from "../backend/random";
import { finiteVector, requireCategory, requireLength, requireProbability } from "./checks";
import { perturb } from "./gumbel";
import { logSoftmax, softmax } from "./softmax";

/** Cat(softmax(logits)), K ≥ 2 categories, its samples one-hot vectors; immutable, in double precision. */
export class Categorical {
  /** [K]; adding a constant to all changes nothing. */
  readonly logits: Float64Array;
  /** softmax(logits), [K]. */
  readonly probabilities: Float64Array;
  /** ln softmax(logits), [K], finite. */
  readonly logProbabilities: Float64Array;

  constructor(logits: ArrayLike<number>) {
    this.logits = finiteVector("Categorical: logits", logits);
    this.probabilities = softmax(this.logits);
    this.logProbabilities = logSoftmax(this.logits);
  }

  /** A draw as a one-hot vector, [K]. */
  sample(stream: RandomStream): Float64Array {
    const oneHot = new Float64Array(this.logits.length);
    oneHot[this.sampleIndex(stream)] = 1;
    return oneHot;
  }

  /**
   * A draw as the category's index: the largest of the logits with Gumbel noise. From the same position of a stream it is
   * the largest component of Concrete's sample at these logits, whatever the temperature.
   */
  sampleIndex(stream: RandomStream): number {
    const perturbed = perturb(this.logits, stream);
    return perturbed.indexOf(Math.max(...perturbed));
  }

  /** ln of the probability of a one-hot vector, [K]; by index it is `logProbabilities[index]`. */
  logDensity(oneHot: ArrayLike<number>): number {
    return this.logProbabilities[this.#indexOf("logDensity", oneHot)];
  }

  /** E of the one-hot sample, [K]: the probabilities. */
  mean(): Float64Array {
    return this.probabilities.slice();
  }

  /** Var of the one-hot sample by component, [K]: p (1 - p), also where p rounds to 1. */
  variance(): Float64Array {
    const p = this.probabilities;
    return p.map((value, k) => value * p.reduce((rest, other, j) => (j === k ? rest : rest + other), 0));
  }

  /** The entropy in nats, 0 … ln K. */
  entropy(): number {
    return -this.#expectation(this.logProbabilities);
  }

  /** The Kullback-Leibler divergence KL(this ‖ other) in nats, in closed form; 0 or more. */
  kl(other: Categorical): number {
    return this.#expectation(this.#logRatio("kl", other));
  }

  /** ∂ KL(this ‖ other) / ∂logits of this distribution, [K]. */
  klGradient(other: Categorical): Float64Array {
    const ratio = this.#logRatio("klGradient", other);
    const mean = this.#expectation(ratio);
    return this.probabilities.map((p, k) => p * (ratio[k] - mean));
  }

  /** The quantile of a component of the one-hot sample: 0 up to the probability 1 - p_k, 1 beyond. */
  marginalQuantile(category: number, probability: number): number {
    requireCategory("Categorical.marginalQuantile", this.logits.length, category);
    requireProbability("Categorical.marginalQuantile", probability);
    return 1 - probability < this.probabilities[category] ? 1 : 0;
  }

  /**
   * ∂ ln p(sample) / ∂logits = sample - probabilities, [K]: times a loss (less a baseline that does not depend on the
   * sample), it is an unbiased estimate of the gradient of the expected loss.
   *
   * @param oneHot A sample, [K].
   */
  scoreGradient(oneHot: ArrayLike<number>): Float64Array {
    const index = this.#indexOf("scoreGradient", oneHot);
    return this.probabilities.map((p, k) => (k === index ? 1 - p : -p));
  }

  #expectation(values: Float64Array): number {
    return this.probabilities.reduce((sum, p, k) => sum + p * values[k], 0);
  }

  #logRatio(name: string, other: Categorical): Float64Array {
    requireLength(`Categorical.${name}`, this.logits.length, other.logits);
    return this.logProbabilities.map((value, k) => value - other.logProbabilities[k]);
  }

  #indexOf(name: string, oneHot: ArrayLike<number>): number {
    requireLength(`Categorical.${name}`, this.logits.length, oneHot);
    const values = Array.from(oneHot);
    const index = values.indexOf(1);
    if (index >= 0 && values.every((value, k) => value === (k === index ? 1 : 0))) return index;
    throw new RangeError(`Categorical.${name}: the point must be one-hot, got ${values.join(", ")}.`);
  }
}
