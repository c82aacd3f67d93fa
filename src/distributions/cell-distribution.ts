// A distribution over the architectures of a cell: an independent distribution over the operations of each edge.
import type { RandomStream } from "../backend/random";
import type { Categorical } from "./categorical";
import type { Concrete } from "./concrete";
import type { Dirichlet } from "./dirichlet";
import { Gaussian } from "./gaussian";
import type { PointMass } from "./point-mass";

/** The distribution over the operations of one edge. */
export type EdgeDistribution = Dirichlet | Gaussian | Concrete | Categorical | PointMass;

/** Independent distributions, a row for each edge of a cell, with the edges' and operations' names; immutable. */
export class CellDistribution<Row extends EdgeDistribution = EdgeDistribution> {
  readonly edges: readonly string[];
  readonly operations: readonly string[];
  /** The edges' distributions, [edges], each over the edge's kept operations. */
  readonly rows: readonly Row[];
  /** The operations that each edge still has, numbers in ascending order; those that were pruned have the weight 0. */
  readonly kept: readonly (readonly number[])[];

  /** @param kept without it each row is over all operations. @throws RangeError if a row does not fit. */
  constructor(
    edges: readonly string[],
    operations: readonly string[],
    rows: readonly Row[],
    kept: readonly (readonly number[])[] = edges.map(() => operations.map((_, o) => o)),
  ) {
    if (rows.length !== edges.length) {
      throw new RangeError(
        `CellDistribution: there must be one row for each of ${edges.length} edges, got ${rows.length}`,
      );
    }
    rows.forEach((row, e) => {
      const count = centreOf(row).length;
      if (count === kept[e].length) return;
      const expected = `one number for each of ${kept[e].length} operations`;
      throw new RangeError(`CellDistribution: edge ${edges[e]} must have ${expected}, got ${count}`);
    });
    this.edges = [...edges];
    this.operations = [...operations];
    this.rows = [...rows];
    this.kept = kept.map((row) => [...row]);
  }

  /** One draw of the operations' weights on every edge, [edges][operations]. */
  sample(stream: RandomStream): Float64Array[] {
    return this.rows.map((row, e) =>
      this.#spread(e, row instanceof Gaussian ? row.weights(row.sample(stream)) : row.sample(stream)),
    );
  }

  /**
   * The operations' mean weights, [edges][operations]; of a Gaussian and a Concrete, whose means have no closed form, the weights at the
   * mean logits.
   */
  mean(): Float64Array[] {
    return this.rows.map((row, e) => this.#spread(e, centreOf(row)));
  }

  /** How undecided the edges are: the entropy of an edge's mean weights in nats, averaged over edges; 0 … ln(operations). */
  entropy(): number {
    const entropies = this.mean().map((mean) => mean.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0));
    return entropies.reduce((sum, entropy) => sum + entropy, 0) / entropies.length;
  }

  /** The operation with the largest mean on each edge, [edges], the first among equals: the architecture that is derived. */
  argmax(): number[] {
    return this.mean().map((mean) => mean.indexOf(Math.max(...mean)));
  }

  #spread(edge: number, weights: Float64Array): Float64Array {
    const all = new Float64Array(this.operations.length);
    this.kept[edge].forEach((operation, k) => {
      all[operation] = weights[k];
    });
    return all;
  }
}

const centreOf = (row: EdgeDistribution) => ("centre" in row ? row.centre() : row.mean());
