// The space of DARTS (Liu et al., ICLR 2019), for CIFAR and for ImageNet, and its four reductions S1–S4 (RobustDARTS, Zela et al., ICLR 2020).
import { Architecture } from "./architecture";
import type { Edge } from "./choices";
import { type CellGenotype, type Gene, operationsOf, parseGenotype, printGenotype } from "./genotype";
import { behindSecondReduction, type CellShape, isReduction, type LayerList } from "./layers";
import { operationNamed } from "./operations";
import { type CellKind, type Notation, SearchSpace, type SpaceDefinition } from "./space";

const INPUTS = 2;
const NODES = 6;
/** Edges into an inner node that an architecture keeps. */
const KEEP = 2;
const GENES = KEEP * (NODES - INPUTS);

const SEVEN = [
  "max_pool_3x3",
  "avg_pool_3x3",
  "skip_connect",
  "sep_conv_3x3",
  "sep_conv_5x5",
  "dil_conv_3x3",
  "dil_conv_5x5",
] as const;

const cellKind = (name: string, stride: 1 | 2): CellKind => ({
  name,
  inputs: INPUTS,
  nodes: NODES,
  output: Array.from({ length: NODES - INPUTS }, (_, k) => INPUTS + k),
  stride,
  keep: KEEP,
  operationsOn: "edges",
});

/** @param names of the candidates of the k-th edge of a cell. @param operations of the space. */
function edgesOf(cell: string, names: (k: number) => readonly string[], operations: readonly string[]): Edge[] {
  const pairs = Array.from({ length: NODES - INPUTS }, (_, n) => INPUTS + n).flatMap((to) =>
    Array.from({ length: to }, (_, from) => ({ from, to })),
  );
  return pairs.map(({ from, to }, k) => ({
    name: `${cell} ${to}<-${from}`,
    cell,
    from,
    to,
    candidates: names(k)
      .map((name) => operations.indexOf(name))
      .sort((a, b) => a - b),
    picks: 1,
    carries: true,
  }));
}

function cellsOf(list: LayerList, cell: (name: string) => CellShape): LayerList {
  const { channels, cells } = list.size;
  let width = channels;
  for (let k = 0; k < cells; k++) {
    if (isReduction(k, cells)) width *= 2;
    list.cell(cell(isReduction(k, cells) ? "reduce" : "normal"), width);
  }
  return list.head();
}

/** The network for CIFAR. */
export const cifarNetwork: SpaceDefinition["network"] = (list, cell) =>
  cellsOf(list.convolution("stem", 3 * list.size.channels), cell);

/** Three convolutions of stride 2 in place of the stem, 224 × 224 to 28 × 28; the first cell takes in the last two. */
export const imageNetNetwork: SpaceDefinition["network"] = (list, cell) => {
  const { channels } = list.size;
  list.convolution("stem0.0", Math.floor(channels / 2), { stride: 2 });
  list.convolution("stem0.1", channels, { stride: 2, activation: "before" });
  list.convolution("stem1", channels, { stride: 2, activation: "before" });
  return cellsOf(list, cell);
};

const notation: Notation = {
  print(architecture) {
    const cell = (name: string) => cellGenotype(architecture, name);
    return printGenotype({ normal: cell("normal"), reduce: cell("reduce") });
  },
  parse(text, space) {
    const picks: number[][] = space.edges.map(() => []);
    parseGenotype(text, `${space.title}: parse`, {
      gene: (cell, gene, before) => placeGene(space, cell, gene, before.length, picks),
      genes: (_, genes) =>
        genes?.length === GENES ? null : `${GENES} genes, ${KEEP} for each of ${GENES / KEEP} nodes`,
      concat(cell, nodes) {
        const { output } = space.cell(cell);
        return nodes.join() === output.join() ? null : `the nodes ${output.join(", ")}`;
      },
    });
    return new Architecture(space, picks);
  },
};

/** A cell in DARTS's notation: of each node its edges in the order of their sources. */
function cellGenotype({ space, operations }: Architecture, cell: string): CellGenotype {
  const genes = space.edges.flatMap((edge, e): Gene[] =>
    edge.cell === cell && operations[e] >= 0 ? [[space.operations[operations[e]], edge.from]] : [],
  );
  return { genes, concat: space.cell(cell).output };
}

/** Puts a cell's k-th gene among the picks; answers what is expected instead if it does not fit. */
function placeGene(space: SearchSpace, cell: string, [name, from]: Gene, k: number, picks: number[][]): string | null {
  if (k >= GENES) return `the end of the ${GENES} genes`;
  const to = INPUTS + Math.floor(k / KEEP);
  const e = space.edges.findIndex((edge) => edge.cell === cell && edge.from === from && edge.to === to);
  if (e < 0) return `a gene of node ${to}, which takes in one of the nodes 0 to ${to - 1}`;
  const operation = space.operations.indexOf(name);
  const allowed = space.present(e);
  if (!allowed.includes(operation))
    return `an operation of this edge, ${allowed.map((o) => space.operations[o]).join(" or ")}`;
  if (picks[e].length > 0) return `another input of node ${to}, which takes in node ${from} already`;
  picks[e] = [operation];
  return null;
}

/** What S1–S4 and DARTS itself differ in. */
interface Candidates {
  readonly name: string;
  readonly title: string;
  readonly operations: readonly string[];
  /** Of the k-th edge of the cell; by default all. */
  readonly on?: (cell: "normal" | "reduce", k: number) => readonly string[];
}

const DARTS_PAPER = "DARTS: Differentiable Architecture Search";

const definitionOf = ({ name, title, operations, on = () => operations }: Candidates): SpaceDefinition => ({
  name,
  title,
  paper: DARTS_PAPER,
  operations: operations.map(operationNamed),
  cells: [cellKind("normal", 1), cellKind("reduce", 2)],
  edges: (["normal", "reduce"] as const).flatMap((cell) => edgesOf(cell, (k) => on(cell, k), operations)),
  network: cifarNetwork,
  search: { channels: 16, cells: 8, epochs: 50 },
  final: { channels: 36, cells: 20 },
  counts: "cells",
  image: [32, 32, 3],
  classes: 10,
  auxiliary: behindSecondReduction,
  notation,
});

/** Normal and reduction cells of 14 edges, two of which lead into each node of an architecture. @param none whether "none" is a candidate, as in DARTS itself; DrNAS does without. */
export const dartsSpace = ({ none = false } = {}): SearchSpace =>
  new SearchSpace(definitionOf({ name: "darts", title: "DARTS", operations: none ? ["none", ...SEVEN] : SEVEN }));

/** The same cells in the network for ImageNet. The search network's sizes are DrNAS's. */
export const dartsImageNetSpace = ({ none = false } = {}): SearchSpace =>
  new SearchSpace({
    ...definitionOf({
      name: "darts-imagenet",
      title: "DARTS on ImageNet",
      operations: none ? ["none", ...SEVEN] : SEVEN,
    }),
    network: imageNetNetwork,
    search: { channels: 48, cells: 14, epochs: 50 },
    final: { channels: 48, cells: 14 },
    image: [224, 224, 3],
    classes: 1000,
  });

/** S1's candidates, an edge after the other: the two that DARTS kept longest on it. */
const S1 = {
  normal:
    "skip,dil3 skip,dil5 skip,dil5 skip,sep3 skip,dil3 max,skip skip,sep3 skip,sep3 skip,dil3 skip,sep3 max,skip skip,dil3 dil3,dil5 dil3,dil5",
  reduce:
    "max,avg max,dil3 max,avg max,avg skip,dil5 max,avg max,sep3 skip,dil3 skip,dil5 max,avg max,avg skip,dil5 skip,dil5 skip,dil5",
} as const;

const ROBUST: readonly Candidates[] = [
  {
    name: "s1",
    title: "S1",
    operations: operationsOf("max,avg,skip,sep3,dil3,dil5"),
    on: (cell, k) => operationsOf(S1[cell].split(" ")[k]),
  },
  { name: "s2", title: "S2", operations: ["skip_connect", "sep_conv_3x3"] },
  { name: "s3", title: "S3", operations: ["none", "skip_connect", "sep_conv_3x3"] },
  { name: "s4", title: "S4", operations: ["noise", "sep_conv_3x3"] },
];

/** S1 (two operations an edge, which ones by edge), S2, S3 and S4 (noise instead of a skip connection). */
export const robustDartsSpaces: readonly SearchSpace[] = ROBUST.map(
  (candidates) =>
    new SearchSpace({
      ...definitionOf(candidates),
      paper: "Understanding and Robustifying Differentiable Architecture Search",
    }),
);
