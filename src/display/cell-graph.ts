// Cells as graphs: of an architecture with the operation on every edge, of a search with every operation as wide as its mean weight.
import type { BenchmarkEntry } from "../benchmarks";
import type { CellDistribution } from "../distributions";
import {
  Architecture,
  type CellDesign,
  type Design,
  designOf,
  isCell,
  type Operation,
  type SearchSpace,
} from "../spaces";
import { accuracyRows, accuracyTable } from "./accuracies";
import { cellTitle, fullTitle, isChain, labelsOf, nodeTitle } from "./edges";
import { Figure } from "./figure";
import {
  card,
  drawGraph,
  flow,
  type GraphEdge,
  type GraphNode,
  type Lane,
  legend,
  type Part,
  paragraph,
  titled,
} from "./graph";
import { networkBlocks, networkPart } from "./network-graph";
import { nodeDesignPart, nodeMixturePart } from "./node-cell";
import { grey, type Look, looksOf } from "./theme";
import { textTable } from "./words";

/** What the graph of a cell is made from, whatever its edges carry. */
export type CellNodes = Pick<CellDesign, "inputs" | "nodes" | "output">;

export interface CellEdge {
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly Lane[];
  readonly title?: string;
}

/** A cell from its inputs to its output. Where it gives a single node (of one input), that node is the output; others are concatenated. */
export function cellPart(cell: CellNodes, edges: readonly CellEdge[]): Part {
  const { inputs, output } = cell;
  const itself = inputs === 1 && output.length === 1;
  const name = (node: number) => String(node);
  const numbered = (node: number, role: string) => (cell.nodes > 2 ? `${nodeTitle(cell, node)}, ${role}` : role);
  const nodes = Array.from({ length: cell.nodes }, (_, node): GraphNode => {
    const title = nodeTitle(cell, node);
    if (node < inputs)
      return { name: name(node), title: inputs === 1 ? numbered(node, "input") : title, role: "input" };
    if (itself && node === output[0]) return { name: name(node), title: numbered(node, "output"), role: "output" };
    return { name: name(node), title, role: "node" };
  });
  const carried = edges.map(({ from, to, ...look }): GraphEdge => ({ from: name(from), to: name(to), ...look }));
  if (itself) return drawGraph(nodes, carried);
  const all: GraphNode = { name: "output", title: "c_{k}", role: "output" };
  const concatenated = output.map(
    (node): GraphEdge => ({ from: name(node), to: "output", lanes: [{ colour: grey, width: 1 }] }),
  );
  return drawGraph([...nodes, all], [...carried, ...concatenated]);
}

/** Graphs of cells under their titles, if they have one. */
export const cellParts = (cells: readonly { readonly title: string; readonly part: Part }[]): Part =>
  flow(
    cells.map(({ title, part }) => (title ? titled(title, part) : part)),
    { column: 28, row: 18 },
  );

/** Enough for every network to have all of its kinds of cell. */
const ANY_SIZE = { channels: 16, cells: 20, image: [224, 224, 3], classes: 10 } as const;

/** The kinds of cell that a design has. */
export const cellNames = (design: Design): string[] => [
  ...new Set(
    design
      .layers(ANY_SIZE)
      .filter(isCell)
      .map(({ cell }) => cell),
  ),
];

/** The figure of an architecture, with its accuracies where there is an entry; a cut edge (`none`) is dashed. Of a chain it is the network. */
export function architectureFigure(source: Architecture | Design, entry?: BenchmarkEntry): Figure {
  if (!(source instanceof Architecture)) {
    return new Figure(card(source.title, [designParts(source, cellNames(source))]), source.title);
  }
  const { space } = source;
  const { cells, catalogue } = space;
  const words = source.toString();
  const picture = isChain(space)
    ? chainPart(source)
    : designParts(
        designOf(source),
        cells.map(({ name }) => name),
        catalogue,
      );
  const parts = [picture, paragraph([words], 10)];
  const title = `${space.title}, architecture`;
  if (!entry) return new Figure(card(title, parts), words);
  const heading = `${entry.benchmark.title}, ${entry.epochs} epochs`;
  const rows = accuracyRows(entry);
  const [[, ...splits], ...values] = rows;
  const table = textTable([["data set", ...splits.map((split) => `${split} %`)], ...values]);
  return new Figure(card(title, [...parts, accuracyTable(heading, rows)]), `${words}\n${heading}\n${table}`);
}

function chainPart({ space, operations }: Architecture): Part {
  const looks = looksOf(space.catalogue);
  const operation = (cell: string) => looks[operations[space.edges.findIndex((edge) => edge.cell === cell)]];
  return networkPart(networkBlocks(space, space.finalSize, { own: true, operation }));
}

/** @param operations all that the cells can have, if more than they have. */
function designParts(design: Design, names: readonly string[], operations?: readonly Operation[]): Part {
  const cells = names.map((name) => design.cell(name));
  const placed = cells.flatMap(({ edges }) => edges.map(({ operation }) => operation));
  const there = [...(operations ?? []), ...placed];
  const byName = new Map(there.map((operation) => [operation.name, operation]));
  const looks = looksOf([...byName.values()]);
  const look = new Map([...byName.keys()].map((name, o) => [name, looks[o]]));
  const title = (name: string) => (names.length > 1 ? cellTitle(name) : "");
  return cellParts(cells.map((cell, k) => ({ title: title(names[k]), part: designPart(cell, look) })));
}

function designPart(cell: CellDesign, looks: ReadonlyMap<string, Look>): Part {
  if (cell.operationsOn === "nodes") return nodeDesignPart(cell, looks);
  const edges = cell.edges.map(({ from, to, operation }) => {
    const { title, colour } = looks.get(operation.name)!;
    return { from, to, lanes: [{ colour, width: 2, dashed: operation.steps(1) === null }], title };
  });
  return cellPart(cell, edges);
}

/** Pixels that all operations of an edge take together. */
const RIBBON = 13;

/** The figure of a search's cells, each operation as wide as its mean weight. @param note what it was learnt at. */
export function mixedFigure(distribution: CellDistribution, space: SearchSpace, note = ""): Figure {
  const { operations, edges: labels } = labelsOf(space);
  const means = distribution.mean();
  const cells = space.cells.map((cell) => {
    const edges = space.edges.flatMap(({ cell: kind, from, to, carries }, e) => {
      const lanes = distribution.kept[e].map((o) => ({ colour: operations[o].colour, width: RIBBON * means[e][o] }));
      return kind === cell.name && carries ? [{ from, to, lanes: lanes.filter(({ width }) => width >= 0.05) }] : [];
    });
    const part =
      cell.operationsOn === "nodes" ? nodeMixturePart(space, cell, distribution, operations) : cellPart(cell, edges);
    return { title: space.cells.length > 1 ? cellTitle(cell.name) : "", part };
  });
  const lines = ["Each operation is as wide as its mean weight", ...(note ? [note] : [])];
  const strongest = labels.flatMap((label, e) => {
    const ranked = [...distribution.kept[e]].sort((a, b) => means[e][b] - means[e][a]);
    const taken = ranked.slice(0, space.edges[e].picks);
    return taken.map((o) => [fullTitle(label), operations[o].title, means[e][o].toFixed(3)]);
  });
  const words = [
    `${space.title}: the strongest of each choice, as many as it takes`,
    ...lines.slice(1),
    textTable([["edge", "operation", "mean weight"], ...strongest]),
  ];
  const parts = [paragraph(lines), cellParts(cells), operationsLegend(space)];
  return new Figure(card(`${space.title}, cells of the search network`, parts), words.join("\n"));
}

/** The operations that some edge can have. */
export function operationsLegend({ catalogue, edges }: SearchSpace): Part {
  const there = catalogue.map((_, o) => edges.some(({ carries, candidates }) => carries && candidates.includes(o)));
  return legend(looksOf(catalogue).filter((_, o) => there[o]));
}
