// The marginals of a distribution that can only be sampled: from draws of a fixed stream, so that they are reproducible.
import { RandomStream } from "../backend/random";

/** A quantile's own probability has a standard error of at most 1 / (2 √4096) < 0.008. */
export const DRAWS = 4096;

/** The sorted components of 4096 draws of a random vector. */
export class SampledMarginals {
  /** [K][DRAWS], ascending. */
  readonly #sorted: Float64Array[];

  /** @param draw Gives one draw, [K]. */
  constructor(draw: (stream: RandomStream) => Float64Array) {
    const stream = new RandomStream(0, "distributions", "marginals");
    const draws = Array.from({ length: DRAWS }, () => draw(stream));
    this.#sorted = Array.from(draws[0], (_, k) => Float64Array.from(draws, (values) => values[k]).sort());
  }

  /** The mean of each component, [K]; the standard error is 1/64 of the component's deviation. */
  mean(): Float64Array {
    return Float64Array.from(this.#sorted, (values) => values.reduce((sum, value) => sum + value, 0) / DRAWS);
  }

  /** The value below which the component lies with the given probability, interpolated between draws. */
  quantile(category: number, probability: number): number {
    const values = this.#sorted[category];
    const place = Math.min(Math.max(DRAWS * probability - 0.5, 0), DRAWS - 1);
    const below = Math.floor(place);
    const above = Math.ceil(place);
    return values[below] + (place - below) * (values[above] - values[below]);
  }
}
