// DrNAS' distribution over the architectures of a cell: an independent Dirichlet over the operations of each edge.
import type { RandomStream } from "../backend/random";
import { concentrationOf, Dirichlet } from "./dirichlet";

/** Independent Dirichlets, a row for each edge of a cell, with the edges' and operations' names; immutable. */
export class EdgeDirichlets {
  readonly edges: readonly string[];
  readonly operations: readonly string[];
  /** The edges' distributions, [edges]. */
  readonly rows: readonly Dirichlet[];

  /** @param eta The free parameters, [edges][operations], that give the concentrations ELU(η) + 1. */
  constructor(edges: readonly string[], operations: readonly string[], eta: readonly ArrayLike<number>[]) {
    if (eta.length !== edges.length) {
      throw new RangeError(
        `EdgeDirichlets: eta must have one row for each of ${edges.length} edges, got ${eta.length}.`,
      );
    }
    eta.forEach((row, e) => {
      if (row.length === operations.length) return;
      const expected = `one number for each of ${operations.length} operations`;
      throw new RangeError(`EdgeDirichlets: eta of edge ${edges[e]} must have ${expected}, got ${row.length}.`);
    });
    this.edges = [...edges];
    this.operations = [...operations];
    this.rows = eta.map((row) => new Dirichlet(concentrationOf(row)));
  }

  /** One draw of the operations' weights on every edge, [edges][operations]. */
  sample(stream: RandomStream): Float64Array[] {
    return this.rows.map((row) => row.sample(stream));
  }

  /** The operations' mean weights, [edges][operations]. */
  mean(): Float64Array[] {
    return this.rows.map((row) => row.mean());
  }

  /** How undecided the edges are: the entropy of an edge's mean weights in nats, averaged over edges; 0 … ln(operations). */
  entropy(): number {
    const entropies = this.mean().map((mean) => mean.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0));
    return entropies.reduce((sum, entropy) => sum + entropy, 0) / entropies.length;
  }

  /** The operation with the largest mean on each edge, [edges], the first among equals: the architecture that is derived. */
  argmax(): number[] {
    return this.rows.map(({ concentration }) => concentration.indexOf(Math.max(...concentration)));
  }
}
