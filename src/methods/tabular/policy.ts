// A table of logits, a row an edge: softmax probabilities, draws, and the gradient of a draw's log probability.
import type { RandomStream } from "../../backend";
import { softmax } from "../../distributions";

export class Policy {
  /** [edges · operations], row by row. */
  readonly logits: Float64Array;

  /** @param stream for logits of deviation 10⁻³, so that all operations are about equally likely. */
  constructor(
    readonly edges: number,
    readonly operations: number,
    stream: RandomStream,
  ) {
    this.logits = Float64Array.from({ length: edges * operations }, () => 1e-3 * stream.normal());
  }

  /** Each edge's probabilities [edges][operations]. */
  probabilities(): Float64Array[] {
    return Array.from({ length: this.edges }, (_, e) =>
      softmax(this.logits.subarray(e * this.operations, (e + 1) * this.operations)),
    );
  }

  /** An operation for each edge. */
  sample(stream: RandomStream): number[] {
    return this.probabilities().map((row) => {
      let rest = stream.uniform();
      const found = row.findIndex((p) => {
        rest -= p;
        return rest < 0;
      });
      return found < 0 ? this.operations - 1 : found; // rounding may leave the row's sum below 1
    });
  }

  /** ∂ log π(draw) / ∂ logits = onehot(draw) - π, [edges · operations]. */
  logGradient(draw: readonly number[]): Float64Array {
    const rows = this.probabilities();
    return this.logits.map((_, k) => {
      const [edge, operation] = [Math.floor(k / this.operations), k % this.operations];
      return (draw[edge] === operation ? 1 : 0) - rows[edge][operation];
    });
  }
}
