// What an architecture's own network is made from: its layers, and of each kind of cell which operation leads from where to where.
import type { Architecture } from "./architecture";
import type { Layer, NetworkSize } from "./layers";
import type { Operation } from "./operations";

/** An operation between two nodes of a cell. */
export interface DesignEdge {
  /** Its number among the edges of its kind of cell. */
  readonly place: number;
  readonly from: number;
  readonly to: number;
  readonly operation: Operation;
}

/** A cell of an architecture. */
export interface CellDesign {
  readonly inputs: 1 | 2;
  readonly nodes: number;
  /**
   * Where the operations stand. On "nodes" (NAS-Bench-101) all edges into a node have the node's, which is applied once to the sum of what
   * comes in; the last node is the output, in which the others come side by side.
   */
  readonly operationsOn: "edges" | "nodes";
  /** In the order of their targets. */
  readonly edges: readonly DesignEdge[];
  /** Nodes that are concatenated. */
  readonly output: readonly number[];
}

/** An architecture as its own network sees it. */
export interface Design {
  /** For figures and errors. */
  readonly title: string;
  layers(size: NetworkSize): readonly Layer[];
  /** A kind of cell by its name. */
  cell(name: string): CellDesign;
  /** Behind which of so many cells the auxiliary tower stands; null: there is none. */
  auxiliary(cells: number): number | null;
}

/** The design of a space's architecture. */
export function designOf(architecture: Architecture): Design {
  const { space, operations } = architecture;
  const own = space.ownDesign(architecture);
  if (own) return own;
  return {
    title: architecture.toString(),
    layers: (size) => space.layers(size),
    cell(name) {
      const { inputs, nodes, operationsOn, output } = space.cell(name);
      const own = space.edges.map((edge, e) => ({ ...edge, e })).filter(({ cell }) => cell === name);
      const edges = own.flatMap(({ from, to, e }, place) =>
        operations[e] < 0 ? [] : [{ place, from, to, operation: space.catalogue[operations[e]] }],
      );
      return { inputs, nodes, operationsOn, edges, output };
    },
    auxiliary: (cells) => space.auxiliary?.(cells) ?? null,
  };
}

/** The edges of a cell that carry something from an input to the output. */
export function edgesInUse({ inputs, edges, output }: CellDesign): readonly DesignEdge[] {
  const carrying = edges.filter(({ operation }) => operation.steps(1) !== null);
  const reached = new Set(Array.from({ length: inputs }, (_, k) => k));
  for (const { from, to } of carrying) if (reached.has(from)) reached.add(to);
  const needed = new Set(output);
  for (const { from, to } of carrying.toReversed()) if (needed.has(to)) needed.add(from);
  return carrying.filter(({ from, to }) => reached.has(from) && needed.has(to));
}
