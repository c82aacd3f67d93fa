// Cells whose operations stand on nodes (NAS-Bench-101 and 1Shot1) as graphs: what each node does, and where it takes its input from.
import type { CellDistribution } from "../distributions";
import { type CellDesign, type CellKind, nodeChoices, type SearchSpace } from "../spaces";
import { drawGraph, type GraphEdge, type GraphNode, type Part } from "./graph";
import { grey, type Look } from "./theme";

/** Pixels of an edge whose weight is 1. */
const WIDEST = 5;

const line = (from: number, to: number, width: number, dashed = false): GraphEdge => ({
  from: String(from),
  to: String(to),
  lanes: [{ colour: grey, width, dashed }],
});

/** @param inner what an inner node shows. */
function nodesOf(count: number, inner: (node: number) => Pick<GraphNode, "title" | "rim">): GraphNode[] {
  return Array.from({ length: count }, (_, node): GraphNode => {
    const name = String(node);
    if (node === 0) return { name, title: "input", role: "input" };
    if (node === count - 1) return { name, title: "output", role: "output" };
    return { name, role: "node", ...inner(node) };
  });
}

/** An architecture's cell: the nodes by their operations. */
export function nodeDesignPart({ nodes, edges }: CellDesign, looks: ReadonlyMap<string, Look>): Part {
  const inner = (node: number) => {
    const { title, colour } = looks.get(edges.find(({ to }) => to === node)!.operation.name)!;
    return { title, rim: colour };
  };
  return drawGraph(
    nodesOf(nodes, inner),
    edges.map(({ from, to }) => line(from, to, 1.5)),
  );
}

/** The candidates: every node, and every edge that it may have; dashed where it takes only some of them. */
export function nodeCandidatesPart(space: SearchSpace, kind: CellKind): Part {
  const edges = Array.from({ length: kind.nodes - 1 }, (_, k) => k + 1).flatMap((to) => {
    const { inputs } = nodeChoices(space, kind.name, to);
    return Array.from({ length: to }, (_, from) => line(from, to, 1.2, inputs !== null));
  });
  return drawGraph(
    nodesOf(kind.nodes, (node) => ({ title: `block ${node}` })),
    edges,
  );
}

/** A search's cell: each node by its strongest operation, each edge as wide as its mean weight. */
export function nodeMixturePart(
  space: SearchSpace,
  kind: CellKind,
  distribution: CellDistribution,
  looks: readonly Look[],
): Part {
  const means = distribution.mean();
  const edges = Array.from({ length: kind.nodes - 1 }, (_, k) => k + 1).flatMap((to) => {
    const { inputs } = nodeChoices(space, kind.name, to);
    return Array.from({ length: to }, (_, from) => {
      const weight = inputs === null ? 1 : means[inputs][space.edges[inputs].candidates[from]];
      return line(from, to, Math.max(0.3, WIDEST * weight));
    });
  });
  const inner = (node: number) => {
    const row = means[nodeChoices(space, kind.name, node).operation!];
    const strongest = row.indexOf(Math.max(...row));
    return { title: `${looks[strongest].title} ${row[strongest].toFixed(2)}`, rim: looks[strongest].colour };
  };
  return drawGraph(nodesOf(kind.nodes, inner), edges);
}
