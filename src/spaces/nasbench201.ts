// NAS-Bench-201 (Dong & Yang, ICLR 2020): a cell of four nodes, five operations on each of its six edges.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors";
import { packageRoot } from "../root";
import { Architecture } from "./architecture";
import type { Edge } from "./choices";
import type { CellShape, LayerList } from "./layers";
import { operationNamed, plainAveragePool } from "./operations";
import { Scanner } from "./scanner";
import { type Notation, SearchSpace } from "./space";

const OPERATIONS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"] as const;
const NODES = 4;

const EDGES: readonly Edge[] = [1, 2, 3].flatMap((to) =>
  Array.from({ length: to }, (_, from) => ({
    name: `${to}<-${from}`,
    cell: "cell",
    from,
    to,
    candidates: OPERATIONS.map((_, o) => o),
    picks: 1,
    carries: true,
  })),
);

/** Stem, three stages of equal cells with residual blocks of stride 2 between, head (figure 1 of the paper). */
export function nasBench201Network(list: LayerList, cell: (name: string) => CellShape): void {
  const { channels, cells } = list.size;
  list.convolution("stem", channels);
  for (const width of [1, 2, 4]) {
    if (width > 1) list.residual(width * channels);
    for (let n = 0; n < cells; n++) list.cell(cell("cell"), width * channels);
  }
  list.head({ norm: true });
}

/** "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|…|": a group for each node, an operation for each edge into it, with the edge's source behind "~". */
const notation: Notation = {
  print({ operations }) {
    const groups = Array.from({ length: NODES - 1 }, (_, node) => {
      const parts = EDGES.flatMap(({ from, to }, e) =>
        to === node + 1 ? [`${OPERATIONS[operations[e]]}~${from}`] : [],
      );
      return `|${parts.join("|")}|`;
    });
    return groups.join("+");
  },
  parse(text, space) {
    const scan = new Scanner(text, "NasBench201.parse");
    const operations = EDGES.map(({ from, to }) => {
      if (from === 0 && to > 1) scan.expect("+");
      if (from === 0) scan.expect("|");
      const start = scan.position;
      const name = scan.take(/[^~|+]*/y) ?? "";
      const operation = (OPERATIONS as readonly string[]).indexOf(name);
      if (operation < 0) scan.fail(`one of ${OPERATIONS.join(", ")}`, start);
      scan.expect(`~${from}|`);
      return operation;
    });
    scan.end();
    return new Architecture(space, operations);
  },
  /**
   * What the cell's output is of its input, as the benchmark's `to_unique_str` writes it: skip connections are left out, what comes from
   * nothing but "none" is "#". 6,466 of the cells differ.
   */
  canonical({ operations }) {
    const nodes = ["0"];
    for (let node = 1; node < NODES; node++) {
      const terms = EDGES.flatMap(({ from, to }, e) => {
        if (to !== node) return [];
        const name = OPERATIONS[operations[e]];
        if (name === "none" || nodes[from] === "#") return ["#"];
        return [name === "skip_connect" ? nodes[from] : `(${nodes[from]})@${name}`];
      });
      nodes.push(terms.sort().join("+"));
    }
    return nodes[NODES - 1];
  },
};

/** The space of 5^6 cells. There is one instance, `spaces.nasBench201()`. */
export class NasBench201 extends SearchSpace {
  #order: { codes: Uint16Array; indices: Uint16Array } | null = null;

  constructor() {
    super({
      name: "nasbench201",
      title: "NAS-Bench-201",
      paper: "NAS-Bench-201: Extending the Scope of Reproducible Neural Architecture Search",
      operations: OPERATIONS.map((name) => (name === "avg_pool_3x3" ? plainAveragePool : operationNamed(name))),
      cells: [
        {
          name: "cell",
          inputs: 1,
          nodes: NODES,
          output: [NODES - 1],
          stride: 1,
          keep: null,
          operationsOn: "edges",
        },
      ],
      edges: EDGES,
      network: nasBench201Network,
      search: { channels: 16, cells: 5, epochs: 100 },
      final: { channels: 16, cells: 5 },
      counts: "cells a stage",
      image: [32, 32, 3],
      classes: 10,
      auxiliary: null,
      notation,
    });
  }

  /** The architecture with this index in the benchmark's own order, 0 … 15,624. */
  at(index: number): Architecture {
    if (!(Number.isInteger(index) && index >= 0 && index < this.size)) {
      throw new UserError(`NasBench201.at: index must be a whole number from 0 to ${this.size - 1}, got ${index}.`);
    }
    let code = this.#orders().codes[index];
    const operations = new Array<number>(EDGES.length);
    for (let e = EDGES.length - 1; e >= 0; e--) {
      operations[e] = code % OPERATIONS.length;
      code = Math.floor(code / OPERATIONS.length);
    }
    return new Architecture(this, operations);
  }

  /** The index of an architecture in the benchmark's own order. */
  override indexOf({ operations }: Architecture): number {
    return this.#orders().indices[operations.reduce((code, operation) => code * OPERATIONS.length + operation, 0)];
  }

  /** The benchmark's order both ways; a code is the operations on the edges as digits to the base 5. */
  #orders() {
    if (!this.#order) {
      const file = readFileSync(join(packageRoot, "data/nasbench201-order.bin"));
      const codes = Uint16Array.from({ length: this.size }, (_, index) => file.readUInt16LE(2 * index));
      const indices = new Uint16Array(this.size);
      codes.forEach((code, index) => {
        indices[code] = index;
      });
      this.#order = { codes, indices };
    }
    return this.#order;
  }
}
