// One architecture of a search space: an operation on each edge of its cell.
import type { NasBench201 } from "./nasbench201";

/** Immutable; two architectures are the same where `equals` says so. */
export class Architecture {
  /** Numbers of the operations, by edge. */
  readonly operations: readonly number[];

  constructor(
    readonly space: NasBench201,
    operations: ArrayLike<number>,
  ) {
    const { edges, operations: names } = space;
    const numbers = Array.from(operations);
    if (numbers.length !== edges.length) {
      throw new RangeError(
        `Architecture: needs an operation for each of ${edges.length} edges, got ${numbers.length}.`,
      );
    }
    numbers.forEach((operation, e) => {
      if (operation in names) return;
      throw new RangeError(
        `Architecture: the operation on edge ${edges[e].name} must be 0 to ${names.length - 1}, got ${operation}.`,
      );
    });
    this.operations = Object.freeze(numbers);
  }

  /** Its place in the benchmark's own order. */
  get index(): number {
    return this.space.indexOf(this.operations);
  }

  equals(other: Architecture): boolean {
    return this.space === other.space && this.operations.every((operation, e) => operation === other.operations[e]);
  }

  /** All architectures that differ in the operation of one edge. */
  neighbours(): Architecture[] {
    const choices = this.space.operations.map((_, operation) => operation);
    return this.operations.flatMap((current, e) =>
      choices
        .filter((operation) => operation !== current)
        .map(
          (operation) =>
            new Architecture(
              this.space,
              this.operations.map((kept, k) => (k === e ? operation : kept)),
            ),
        ),
    );
  }

  /** The benchmark's notation: "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|…|". */
  toString(): string {
    const { edges, operations, nodes } = this.space;
    const groups = Array.from({ length: nodes - 1 }, (_, node) => {
      const parts = edges.flatMap(({ from, to }, e) =>
        to === node + 1 ? [`${operations[this.operations[e]]}~${from}`] : [],
      );
      return `|${parts.join("|")}|`;
    });
    return groups.join("+");
  }
}
