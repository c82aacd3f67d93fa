// One architecture of a search space: what it takes of each choice.
import type { Picks } from "./choices";
import { type Cost, costOf } from "./cost";
import { designOf } from "./design";
import type { NetworkSize } from "./layers";
import type { SearchSpace } from "./space";

/** Immutable; two architectures are the same where `equals` says so. */
export class Architecture {
  readonly picks: Picks;

  /** @param picks a number for each edge, or a list. @throws UserError if they are no architecture of the space. */
  constructor(
    readonly space: SearchSpace,
    picks: ArrayLike<number | readonly number[]>,
  ) {
    const rows = Array.from(picks, (row) => Object.freeze(typeof row === "number" ? [row] : [...row].sort(ascending)));
    space.check(rows);
    this.picks = Object.freeze(rows);
  }

  /** The number of the operation on each edge; -1 where the edge is left out. */
  get operations(): readonly number[] {
    return this.picks.map((row) => row[0] ?? -1);
  }

  /** Its place in a benchmark's own order. @throws UserError where the space has none. */
  get index(): number {
    return this.space.indexOf(this);
  }

  /** The same for architectures that are equal, another for others. */
  get key(): string {
    return this.picks.map((row) => row.join("+")).join();
  }

  equals(other: Architecture): boolean {
    return this.space === other.space && this.key === other.key;
  }

  /** The same for architectures that compute the same, as far as the space's benchmark defines it; else its string. */
  get canonical(): string {
    return this.space.canonical(this);
  }

  /** Whether the benchmark takes both for one. */
  isomorphic(other: Architecture): boolean {
    return this.space === other.space && this.canonical === other.canonical;
  }

  /** All architectures that differ in one operation, or in one edge that is there in place of another. */
  neighbours(): Architecture[] {
    return this.space.neighbours(this);
  }

  /** How many such changes lie between two architectures of a space (edit distance). */
  distance(other: Architecture): number {
    return this.space.distance(this, other);
  }

  /** What its own network costs. @param size where it differs from the papers' final network. */
  cost(size: Partial<NetworkSize> = {}): Cost {
    return costOf(designOf(this), { ...this.space.finalSize, ...size });
  }

  /** In the field's own notation. */
  toString(): string {
    return this.space.print(this);
  }
}

const ascending = (a: number, b: number) => a - b;
