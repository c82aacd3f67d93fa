// NAS-Bench-201 (Dong & Yang, ICLR 2020) as plain data: a cell of four nodes, five operations on each of its six edges.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RandomStream } from "../backend/random";
import { packageRoot } from "../root";
import { Architecture } from "./architecture";

/** An edge of a cell: the operation that it carries is applied to node `from` and added to node `to`. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  /** The field's name for it: "2<-0". */
  readonly name: string;
}

/** A part of the macro skeleton, with its width relative to the first stage and its downsampling relative to the image. */
export interface SkeletonPart {
  readonly kind: "stem" | "cells" | "residual block" | "head";
  readonly width: number;
  readonly downsampling: number;
}

const OPERATIONS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"] as const;

const EDGES: readonly Edge[] = [1, 2, 3].flatMap((to) =>
  Array.from({ length: to }, (_, from) => ({ from, to, name: `${to}<-${from}` })),
);

const SKELETON: readonly SkeletonPart[] = [
  { kind: "stem", width: 1, downsampling: 1 },
  { kind: "cells", width: 1, downsampling: 1 },
  { kind: "residual block", width: 2, downsampling: 2 },
  { kind: "cells", width: 2, downsampling: 2 },
  { kind: "residual block", width: 4, downsampling: 4 },
  { kind: "cells", width: 4, downsampling: 4 },
  { kind: "head", width: 4, downsampling: 4 },
];

/** The space of 5^6 cells. There is one instance, `spaces.nasBench201()`. */
export class NasBench201 {
  readonly name = "nasbench201";
  readonly title = "NAS-Bench-201";
  readonly operations = OPERATIONS;
  /** Nodes of a cell: 0 is its input, the last its output; a node is the sum of its incoming edges. */
  readonly nodes = 4;
  readonly edges = EDGES;
  /** A network: stem, three stages of equal cells (the papers: five each) with residual blocks of stride 2 between, head. */
  readonly skeleton = SKELETON;
  /** How many architectures there are. */
  readonly size = OPERATIONS.length ** EDGES.length;
  #order: { codes: Uint16Array; indices: Uint16Array } | null = null;

  /** The architecture with these operations, numbers by edge. @throws RangeError if they are not six numbers of operations. */
  architecture(operations: ArrayLike<number>): Architecture {
    return new Architecture(this, operations);
  }

  /** The architecture with this index in the benchmark's own order, 0 … 15,624. */
  at(index: number): Architecture {
    if (!(Number.isInteger(index) && index >= 0 && index < this.size)) {
      throw new RangeError(`NasBench201.at: index must be a whole number from 0 to ${this.size - 1}, got ${index}.`);
    }
    let code = this.#orders().codes[index];
    const operations = new Array<number>(EDGES.length);
    for (let e = EDGES.length - 1; e >= 0; e--) {
      operations[e] = code % OPERATIONS.length;
      code = Math.floor(code / OPERATIONS.length);
    }
    return new Architecture(this, operations);
  }

  /** The index of an architecture's operations in the benchmark's own order. */
  indexOf(operations: readonly number[]): number {
    return this.#orders().indices[operations.reduce((code, operation) => code * OPERATIONS.length + operation, 0)];
  }

  /** A uniformly random architecture. */
  sample(stream: RandomStream): Architecture {
    return new Architecture(
      this,
      EDGES.map(() => stream.below(OPERATIONS.length)),
    );
  }

  /**
   * Reads the benchmark's notation, such as "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|…|": a group for each node, an
   * operation for each edge into it, with the edge's source behind "~".
   * @throws SyntaxError that points at the first character that does not fit.
   */
  parse(text: string): Architecture {
    let position = 0;
    const fail = (expected: string): never => {
      throw new SyntaxError(
        `NasBench201.parse: expected ${expected} at character ${position + 1}\n  ${text}\n  ${" ".repeat(position)}^`,
      );
    };
    const expect = (token: string) => {
      if (!text.startsWith(token, position)) fail(`"${token}"`);
      position += token.length;
    };
    const operations = EDGES.map(({ from, to }) => {
      if (from === 0 && to > 1) expect("+");
      if (from === 0) expect("|");
      const name = /^[^~|+]*/.exec(text.slice(position))?.[0] ?? "";
      const operation = (OPERATIONS as readonly string[]).indexOf(name);
      if (operation < 0) fail(`one of ${OPERATIONS.join(", ")}`);
      position += name.length;
      expect(`~${from}|`);
      return operation;
    });
    if (position < text.length) fail("the end");
    return new Architecture(this, operations);
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
