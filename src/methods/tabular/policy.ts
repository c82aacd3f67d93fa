// A table of logits, a row an edge: softmax probabilities, draws, and the gradient of a draw's log probability.
import type { RandomStream } from "../../backend";
import { softmax } from "../../distributions";
import type { Choices, Picks } from "../../spaces";

export class Policy {
  /** A logit for each candidate of each edge, edge by edge. */
  readonly logits: Float64Array;
  /** Where each edge's logits begin. */
  readonly #starts: readonly number[];

  /** @param stream for logits of deviation 10⁻³, so that all operations are about equally likely. */
  constructor(
    readonly edges: Choices["edges"],
    stream: RandomStream,
  ) {
    let length = 0;
    this.#starts = edges.map(({ candidates }) => {
      length += candidates.length;
      return length - candidates.length;
    });
    this.logits = Float64Array.from({ length }, () => 1e-3 * stream.normal());
  }

  /** By edge as many of its candidates as it takes, one after the other, each by the softmax of those that are left. */
  sample(stream: RandomStream): Picks {
    return this.edges.map(({ candidates, picks }, e) => {
      const drawn: number[] = [];
      for (let k = 0; k < picks; k++) {
        const probabilities = this.#left(e, drawn);
        let rest = stream.uniform();
        const found = probabilities.findIndex((p) => {
          rest -= p;
          return rest < 0;
        });
        drawn.push(found < 0 ? probabilities.findLastIndex((p) => p > 0) : found); // rounding may leave the row's sum below 1
      }
      return drawn.map((place) => candidates[place]);
    });
  }

  /** ∂ log π(draw) / ∂ logits: of each operation as it was drawn onehot(operation) - π, π of those that were left. Like `logits`. */
  logGradient(draw: Picks): Float64Array {
    const gradient = new Float64Array(this.logits.length);
    this.edges.forEach(({ candidates }, e) => {
      const places = draw[e].map((operation) => candidates.indexOf(operation));
      places.forEach((place, k) => {
        this.#left(e, places.slice(0, k)).forEach((p, o) => {
          gradient[this.#starts[e] + o] += (o === place ? 1 : 0) - p;
        });
      });
    });
    return gradient;
  }

  /** The probabilities of an edge's candidates, without those that are drawn already. */
  #left(edge: number, drawn: readonly number[]): Float64Array {
    const start = this.#starts[edge];
    const logits = this.logits.subarray(start, start + this.edges[edge].candidates.length);
    return softmax(logits.map((logit, o) => (drawn.includes(o) ? Number.NEGATIVE_INFINITY : logit)));
  }
}
