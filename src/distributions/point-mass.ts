// All probability on one vector of operation weights, the softmax of logits: the distribution of DARTS (Liu, Simonyan and
// Yang, ICLR 2019), whose search knows no noise.
import { finiteVector, requireCategory, requireLength, requireProbability, requireSimplex } from "./checks";
import { softmax, softmaxGradient } from "./softmax";

/** How far a component may be off and still be the point's: single precision passes. */
const TOLERANCE = 1e-6;

/** The point softmax(logits) of the simplex of K ≥ 2 categories; immutable, in double precision. */
export class PointMass {
  /** [K]; adding a constant to all changes nothing. */
  readonly logits: Float64Array;
  /** The operation weights softmax(logits), [K]; their own spread is `new Categorical(logits).entropy()`. */
  readonly probabilities: Float64Array;

  constructor(logits: ArrayLike<number>) {
    this.logits = finiteVector("PointMass: logits", logits);
    this.probabilities = softmax(this.logits);
  }

  /** The point, [K]; the same each time, so that no stream is asked for. */
  sample(): Float64Array {
    return this.probabilities.slice();
  }

  /** ln of the probability of the point `x`, [K], of the simplex: 0 at the weights (to 1e-6 each), else -∞. */
  logDensity(x: ArrayLike<number>): number {
    requireSimplex("PointMass.logDensity", this.logits.length, x);
    return this.#isAt(x) ? 0 : Number.NEGATIVE_INFINITY;
  }

  /** The point, [K]. */
  mean(): Float64Array {
    return this.sample();
  }

  /** 0 for each component, [K]. */
  variance(): Float64Array {
    return new Float64Array(this.logits.length);
  }

  /** 0 nats: the point is certain. */
  entropy(): number {
    return 0;
  }

  /** KL(this ‖ other) in nats: 0 where both are the same point (to 1e-6 by component), else ∞. */
  kl(other: PointMass): number {
    requireLength("PointMass.kl", this.logits.length, other.logits);
    return this.#isAt(other.probabilities) ? 0 : Number.POSITIVE_INFINITY;
  }

  /** The category's weight, at every probability. */
  marginalQuantile(category: number, probability: number): number {
    requireCategory("PointMass.marginalQuantile", this.logits.length, category);
    requireProbability("PointMass.marginalQuantile", probability);
    return this.probabilities[category];
  }

  /** dL/dlogits, [K], of a loss L(weights) from dL/dweights, [K]. */
  pathwiseGradient(dSample: ArrayLike<number>): Float64Array {
    requireLength("PointMass.pathwiseGradient", this.logits.length, dSample);
    return softmaxGradient(this.probabilities, dSample);
  }

  #isAt(x: ArrayLike<number>): boolean {
    return this.probabilities.every((p, k) => Math.abs(p - x[k]) <= TOLERANCE);
  }
}
