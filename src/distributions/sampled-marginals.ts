// The marginals of a distribution that can only be sampled, a softmax of noise: from draws of a fixed stream, so that they are
// reproducible. A live display asks for them at every update; hence the noise is kept, and nothing is allocated by draw.
import { RandomStream } from "../backend/random";
import { gumbel } from "./gumbel";

/** A quantile's own probability has a standard error of at most 1 / (2 √4096) < 0.008. */
export const DRAWS = 4096;

/** The noise behind a draw, a number a component. */
const noises = {
  gumbel: (stream: RandomStream) => gumbel(stream),
  normal: (stream: RandomStream) => stream.normal(),
};

/** [DRAWS × K] by kind and K: the noise knows nothing of the parameters, so that each is drawn once. */
const known = new Map<string, Float64Array>();

function noiseOf(kind: keyof typeof noises, size: number): Float64Array {
  const key = `${kind} ${size}`;
  let noise = known.get(key);
  if (!noise) {
    const stream = new RandomStream(0, "distributions", "marginals");
    noise = Float64Array.from({ length: DRAWS * size }, () => noises[kind](stream));
    known.set(key, noise);
  }
  return noise;
}

/** The sorted components of 4096 draws of softmax(offsets + scales · noise). */
export class SampledMarginals {
  /** [K][DRAWS], ascending. */
  readonly #sorted: readonly Float64Array[];

  /** @param offsets [K]. @param scales [K]. */
  constructor(kind: keyof typeof noises, offsets: Float64Array, scales: Float64Array) {
    const size = offsets.length;
    const noise = noiseOf(kind, size);
    const columns = Array.from(offsets, () => new Float64Array(DRAWS));
    const scores = new Float64Array(size);
    for (let i = 0; i < DRAWS; i++) {
      let largest = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < size; k++) {
        scores[k] = offsets[k] + scales[k] * noise[i * size + k];
        if (scores[k] > largest) largest = scores[k];
      }
      let sum = 0;
      for (let k = 0; k < size; k++) {
        scores[k] = Math.exp(scores[k] - largest);
        sum += scores[k];
      }
      for (let k = 0; k < size; k++) columns[k][i] = scores[k] / sum;
    }
    this.#sorted = columns.map((column) => column.sort());
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

  /** The share of draws whose component is at most the value. */
  cumulative(category: number, value: number): number {
    const values = this.#sorted[category];
    let [low, high] = [0, DRAWS];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] <= value) low = middle + 1;
      else high = middle;
    }
    return low / DRAWS;
  }
}
