// NAS-Bench-1Shot1 (Zela et al., ICLR 2020): three parts of NAS-Bench-101 that a supernet can hold, with distributions over operations and over inputs.
import { UserError } from "../errors";
import { Architecture } from "./architecture";
import { type Edge, nodeChoices } from "./choices";
import type { Design } from "./design";
import { type CellShape, isReduction, type Layer, type LayerList, type NetworkSize } from "./layers";
import {
  type ModelSpec,
  moduleHash,
  nasBench101Design,
  nasBench101Layers,
  printModelSpec,
  readModelSpec,
} from "./nasbench101";
import { type Operation, operationNamed } from "./operations";
import { Scanner } from "./scanner";
import { type Notation, SearchSpace } from "./space";

/** In the authors' order. */
const OPERATIONS = ["maxpool3x3", "conv3x3-bn-relu", "conv1x1-bn-relu"] as const;

/** How many parents the choice blocks 1, 2, … have, and last the output. */
const PARENTS = {
  1: [1, 2, 2, 2, 2],
  2: [1, 1, 2, 2, 3],
  3: [1, 1, 1, 2, 2, 2],
} as const;

/** Vertices of NAS-Bench-101's matrices. */
const VERTICES = 7;
/** What stands at the vertex without edges that fills a matrix up. */
const FILLER = "conv1x1-bn-relu";

/** The authors' last convolution, whose batch norm has no scale and offset. */
const postprocess: Operation = {
  name: "postprocess",
  title: "conv 1×1",
  steps: () => [{ kind: "relu" }, { kind: "convolution", window: [1, 1] }, { kind: "norm", affine: false }],
};

/** A way to choose the parents of all nodes. */
interface CutWiring {
  /** By node. */
  readonly parents: readonly (readonly number[])[];
  /** Those that lead to the output. */
  readonly blocks: readonly number[];
  /** How many cells have it: choices of these blocks' operations. */
  readonly cells: number;
}

/** Stands for a node's parent in θ. */
const input = (node: number): Operation => ({ name: `input ${node}`, title: `input ${node}`, steps: () => [] });

/** Stem, cells with max pooling between, of which each doubles the channels, a convolution back to as many as a block has, and head. */
function network(list: LayerList, cell: (name: string) => CellShape): void {
  const { cells, ...size } = list.size;
  let { channels } = size;
  list.convolution("stem.op", channels, { activation: "after" });
  for (let k = 0; k < cells; k++) {
    if (isReduction(k, cells)) {
      channels *= 2;
      list.pool();
    }
    list.cell(cell("cell"), channels);
  }
  list.operation("postprocess", postprocess, channels).head();
}

/** The module with all of its blocks, loose ends among them, as NAS-Bench-101 is asked for it. */
const notation: Notation = {
  print: ({ space, picks }) => printModelSpec((space as OneShot1).modelSpec({ picks })),
  canonical: ({ space, picks }) => moduleHash((space as OneShot1).modelSpec({ picks })),
  parse(text, space) {
    const { parents, blocks } = space as OneShot1;
    const scan = new Scanner(text, `${space.title}: parse`);
    const { matrix, ops, at } = readModelSpec(scan, VERTICES);
    const last = VERTICES - 1;
    const filled = ops.map((_, v) => v > blocks && v < last);
    const sources = (to: number) => ops.flatMap((_, from) => (matrix[from][to] ? [from] : []));
    for (let to = 1; to <= last; to++) {
      for (const from of sources(to))
        if (filled[from] || filled[to])
          scan.fail(`0: this space has ${blocks} blocks, and vertex ${blocks + 1} has no edges`, at.entries[to][from]);
      const wanted = filled[to] ? 0 : parents[(to === last ? blocks + 1 : to) - 1];
      if (sources(to).length !== wanted)
        scan.fail(
          `${wanted} ${wanted === 1 ? "edge" : "edges"} into vertex ${to} in this column, where ${sources(to).length} are`,
          at.entries[to][0],
        );
    }
    const vertex = (node: number) => (node > blocks ? last : node);
    const picks = space.edges.map(({ to, carries }) =>
      carries
        ? [space.operations.indexOf(ops[vertex(to)])]
        : sources(vertex(to)).map((from) => OPERATIONS.length + from),
    );
    return new Architecture(space, picks);
  },
};

/**
 * One of the three spaces; there is one instance of each, `spaces.oneShot1(1)` to `(3)`. Each choice block is an operation on a node, whose
 * parents are chosen among the nodes before it. The columns of θ are the operations, and then "input 0", "input 1", …, which stand for a
 * node's parents; its rows the operation of each block, the inputs of each block that has a choice, and the output's.
 */
export class OneShot1 extends SearchSpace {
  /** How many parents the blocks 1, 2, … have, and last the output. */
  readonly parents: readonly number[];
  /** How many choice blocks there are. */
  readonly blocks: number;

  constructor(number: keyof typeof PARENTS) {
    const parents = PARENTS[number];
    const blocks = parents.length - 1;
    super({
      name: `1shot1-${number}`,
      title: `NAS-Bench-1Shot1, space ${number}`,
      paper: "NAS-Bench-1Shot1: Benchmarking and Dissecting One-shot Neural Architecture Search",
      operations: [...OPERATIONS.map(operationNamed), ...range(blocks + 1).map(input)],
      cells: [
        {
          name: "cell",
          inputs: 1,
          nodes: blocks + 2,
          output: range(blocks + 1).slice(1),
          stride: 1,
          keep: null,
          operationsOn: "nodes",
        },
      ],
      edges: edgesOf(parents),
      network,
      search: { channels: 16, cells: 9, epochs: 50 },
      final: { channels: 128, cells: 9 },
      counts: "cells",
      image: [32, 32, 3],
      classes: 10,
      auxiliary: null,
      notation,
    });
    this.parents = parents;
    this.blocks = blocks;
  }

  /** What NAS-Bench-101 is asked for: the 7×7 matrix and the operations; spaces 1 and 2 have a vertex without edges in it. */
  modelSpec({ picks }: Pick<Architecture, "picks">): ModelSpec {
    const last = VERTICES - 1;
    const matrix = Array.from({ length: VERTICES }, () => new Array<number>(VERTICES).fill(0));
    const ops = ["input", ...new Array<string>(VERTICES - 2).fill(FILLER), "output"];
    for (let node = 1; node <= this.blocks + 1; node++) {
      const vertex = node > this.blocks ? last : node;
      const { operation, inputs } = nodeChoices(this, "cell", node);
      if (operation !== null) ops[vertex] = this.operations[picks[operation][0]];
      const parents = inputs === null ? range(node) : picks[inputs].map((o) => o - OPERATIONS.length);
      for (const parent of parents) matrix[parent][vertex] = 1;
    }
    return { matrix, ops };
  }

  override ownDesign(architecture: Architecture): Design {
    return nasBench101Design(this.modelSpec(architecture));
  }

  override finalLayers(size: NetworkSize): readonly Layer[] {
    return nasBench101Layers(size);
  }

  /** How many different cells there are once loose ends are cut off: blocks that do not lead to the output, and what is chosen on them. */
  get sizeWithoutLooseEnds(): number {
    return this.#cut().reduce((sum, { cells }) => sum + cells, 0);
  }

  /** A cell with this number among those that differ once loose ends are cut off, 0 … `sizeWithoutLooseEnds` − 1. */
  withoutLooseEnds(index: number): Architecture {
    let rest = index;
    const wiring = this.#cut().find(({ cells }) => {
      rest -= cells;
      return rest < 0;
    });
    if (!(Number.isInteger(index) && index >= 0 && wiring))
      throw new UserError(
        `${this.title}: a cell's number must be a whole number from 0 to ${this.sizeWithoutLooseEnds - 1}, got ${index}`,
      );
    let code = rest + wiring.cells;
    const operations = new Map(
      wiring.blocks.map((block) => {
        const operation = code % OPERATIONS.length;
        code = Math.floor(code / OPERATIONS.length);
        return [block, operation];
      }),
    );
    const picks = this.edges.map(({ to, carries }) =>
      carries ? [operations.get(to) ?? 0] : wiring.parents[to].map((parent) => OPERATIONS.length + parent),
    );
    return new Architecture(this, picks);
  }

  #wiringsKept: readonly CutWiring[] | null = null;

  /** The ways to choose all parents that differ once loose ends are cut off. */
  #cut(): readonly CutWiring[] {
    if (this.#wiringsKept) return this.#wiringsKept;
    const wirings = new Map<string, CutWiring>();
    for (const parents of this.#wirings()) {
      const used = new Set([this.blocks + 1]);
      for (let node = this.blocks + 1; node > 0; node--) if (used.has(node)) for (const p of parents[node]) used.add(p);
      const cut = parents.map((each, node) => (used.has(node) ? each.join("+") : "-")).join();
      const blocks = range(this.blocks + 1).filter((node) => node > 0 && used.has(node));
      if (!wirings.has(cut)) wirings.set(cut, { parents, blocks, cells: OPERATIONS.length ** blocks.length });
    }
    this.#wiringsKept = [...wirings.values()];
    return this.#wiringsKept;
  }

  /** By node its parents, each way to choose them. */
  #wirings(): number[][][] {
    return this.parents.reduce<number[][][]>(
      (wirings, count, n) =>
        wirings.flatMap((wiring) => subsets(range(n + 1), count).map((parents) => [...wiring, parents])),
      [[[]]],
    );
  }
}

/** 0 … count − 1. */
const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

/** All sets of so many. */
function subsets(from: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  return from.flatMap((first, k) => subsets(from.slice(k + 1), count - 1).map((rest) => [first, ...rest]));
}

function edgesOf(parents: readonly number[]): Edge[] {
  const output = parents.length;
  const row = (name: string, node: number) => ({ name, cell: "cell", from: node, to: node });
  const blocks = range(output).slice(1);
  const candidates = (node: number) => range(node).map((parent) => OPERATIONS.length + parent);
  return [
    ...blocks.map((node) => ({
      ...row(`block ${node}`, node),
      candidates: range(OPERATIONS.length),
      picks: 1,
      carries: true,
    })),
    ...[...blocks, output]
      .filter((node) => parents[node - 1] < node)
      .map((node) => ({
        ...row(node === output ? "output" : `inputs ${node}`, node),
        candidates: candidates(node),
        picks: parents[node - 1],
        carries: false,
      })),
  ];
}
