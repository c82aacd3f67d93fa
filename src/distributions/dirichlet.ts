// The Dirichlet distribution on the simplex of K categories, with pathwise derivatives of its samples (DrNAS, Chen et al.,
// ICLR 2021, eq. 3), and DrNAS' map from free parameters to concentrations.
import type { RandomStream } from "../backend/random";
import { betaCumulative, betaPathwise, betaQuantile } from "./beta";
import { requireCategory, requireLength, requireSimplex } from "./checks";
import { keepInside } from "./interior";
import { digammaIncrease, logGamma, trigamma } from "./special";
import { sum } from "./sum";

/** Dir(β) with concentration β > 0, K ≥ 2 categories; immutable, in double precision. */
export class Dirichlet {
  /** β, [K]. */
  readonly concentration: Float64Array;
  /** The sum of the concentrations. */
  readonly total: number;
  /** For each category the sum of the others' concentrations; summed, as `total - β` would lose small ones. */
  readonly #rest: Float64Array;

  constructor(concentration: ArrayLike<number>) {
    const beta = Float64Array.from(concentration);
    if (beta.length < 2) throw new RangeError(`Dirichlet: needs at least 2 concentrations, got ${beta.length}.`);
    beta.forEach((value, k) => {
      if (value > 0 && value < Number.POSITIVE_INFINITY) return;
      throw new RangeError(`Dirichlet: concentration[${k}] must be positive and finite, got ${value}.`);
    });
    this.concentration = beta;
    this.total = sum(beta);
    this.#rest = beta.map((_, j) => beta.reduce((rest, value, i) => (i === j ? rest : rest + value), 0));
  }

  /**
   * A draw, [K]: normalised gamma variables, formed from their logarithms, so that tiny concentrations give no 0/0.
   * Each component is kept within 2^-1022 … 1 - 2^-53; the sum is 1 up to rounding.
   */
  sample(stream: RandomStream): Float64Array {
    const logs = this.concentration.map((beta) => stream.logGamma(beta));
    const largest = Math.max(...logs);
    const scaled = logs.map((log) => Math.exp(log - largest));
    const norm = sum(scaled);
    return scaled.map((value) => keepInside(value / norm));
  }

  /** ln of the density at `x`, [K], with respect to the first K - 1 components; `x` must lie on the simplex (to 1e-6). */
  logDensity(x: ArrayLike<number>): number {
    requireSimplex("Dirichlet.logDensity", this.concentration.length, x);
    // A concentration of 1 leaves its component out, even at 0.
    const kernel = sum(this.concentration.map((beta, k) => (beta === 1 ? 0 : (beta - 1) * Math.log(x[k]))));
    return kernel - this.#logNormalizer();
  }

  /** E[θ], [K]. */
  mean(): Float64Array {
    return this.concentration.map((beta) => beta / this.total);
  }

  /** Var[θ] by component, [K]. */
  variance(): Float64Array {
    return this.mean().map((mean, k) => (mean * (this.#rest[k] / this.total)) / (this.total + 1));
  }

  /** The differential entropy in nats (of the first K - 1 components); 0 or less is common, as densities exceed 1. */
  entropy(): number {
    // ψ(β_k) - ψ(total) = E[ln θ_k].
    return this.#logNormalizer() - sum(this.concentration.map((beta, k) => (beta - 1) * this.#meanLog(k)));
  }

  /** The Kullback-Leibler divergence KL(this ‖ other) in nats; 0 or more. */
  kl(other: Dirichlet): number {
    requireLength("Dirichlet.kl", this.concentration.length, other.concentration);
    const terms = this.concentration.map((beta, k) => (beta - other.concentration[k]) * this.#meanLog(k));
    return other.#logNormalizer() - this.#logNormalizer() + sum(terms);
  }

  /** ∂ KL(this ‖ other) / ∂β of this distribution's concentrations, [K]. */
  klGradient(other: Dirichlet): Float64Array {
    requireLength("Dirichlet.klGradient", this.concentration.length, other.concentration);
    const common = (this.total - other.total) * trigamma(this.total);
    return this.concentration.map((beta, k) => (beta - other.concentration[k]) * trigamma(beta) - common);
  }

  /**
   * The value below which the category's component lies with the given probability: the quantile of its marginal
   * Beta(β_k, total - β_k).
   */
  marginalQuantile(category: number, probability: number): number {
    requireCategory("Dirichlet.marginalQuantile", this.concentration.length, category);
    return betaQuantile(this.concentration[category], this.#rest[category], probability);
  }

  /** The probability that the category's component is at most `value`: of its marginal Beta(β_k, total - β_k). */
  marginalCumulative(category: number, value: number): number {
    requireCategory("Dirichlet.marginalCumulative", this.concentration.length, category);
    return betaCumulative(this.concentration[category], this.#rest[category], value);
  }

  /**
   * The distribution of some categories' components divided by their sum: Dirichlet again, with these categories' concentrations
   * (Aitchison, "The statistical analysis of compositional data", 1986), and independent of that sum.
   */
  subcomposition(categories: readonly number[]): Dirichlet {
    return new Dirichlet(categories.map((k) => this.concentration[k]));
  }

  /**
   * dL/dβ, [K], of a loss L(θ) from its gradient dL/dθ at a sample θ: the sample moves with β such that its distribution
   * stays Dir(β). DrNAS eq. 3, dθ_i/dβ_j = D_j (δ_ij - θ_i) with D_j of `betaPathwise`, contracted with dL/dθ.
   *
   * @param sample θ, [K], as `sample` gives it.
   * @param dSample dL/dθ, [K]; adding a constant to it changes nothing, as θ stays on the simplex.
   */
  pathwiseGradient(sample: ArrayLike<number>, dSample: ArrayLike<number>): Float64Array {
    requireSimplex("Dirichlet.pathwiseGradient", this.concentration.length, sample);
    requireLength("Dirichlet.pathwiseGradient", this.concentration.length, dSample);
    return this.concentration.map((beta, j) => {
      // dL/dθ_j - Σ θ_i dL/dθ_i, of differences: nothing cancels where θ_j is nearly 1.
      const slope = sum(Float64Array.from(sample, (theta, i) => theta * (dSample[j] - dSample[i])));
      return betaPathwise(sample[j], beta, this.#rest[j]) * slope;
    });
  }

  /** E[ln θ_k] = ψ(β_k) - ψ(total). */
  #meanLog(k: number): number {
    return -digammaIncrease(this.concentration[k], this.#rest[k]);
  }

  /** ln of the multivariate beta function, Π Γ(β_k) / Γ(Σ β_k). */
  #logNormalizer(): number {
    return sum(this.concentration.map(logGamma)) - logGamma(this.total);
  }
}

/** β = ELU(η) + 1 of DrNAS: η + 1 for η > 0, e^η otherwise. */
export function concentrationOf(eta: ArrayLike<number>): Float64Array {
  return Float64Array.from(eta, (value) => (value > 0 ? value + 1 : Math.exp(value)));
}

/** dβ/dη of `concentrationOf`: 1 for η > 0, e^η otherwise. */
export function concentrationSlope(eta: ArrayLike<number>): Float64Array {
  return Float64Array.from(eta, (value) => (value > 0 ? 1 : Math.exp(value)));
}
