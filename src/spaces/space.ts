// A search space as plain data: what there is to choose, and the network that the choices make.
import type { RandomStream } from "../backend/random";
import { UserError } from "../errors";
import { Architecture } from "./architecture";
import { type Choices, type Edge, type EdgeGroup, type Picks, presentOn } from "./choices";
import { stepsOf } from "./cost";
import type { Design } from "./design";
import { type CellShape, type Layer, LayerList, type NetworkSize } from "./layers";
import type { Operation } from "./operations";

/** A kind of cell. */
export interface CellKind {
  readonly name: string;
  /** 1: the layer before; 2: the two layers before, each through a 1×1 convolution. */
  readonly inputs: 1 | 2;
  /** Nodes, the inputs first; a node is the sum of its edges. Where the operations stand on nodes, the last is the output. */
  readonly nodes: number;
  /** The nodes that are concatenated. */
  readonly output: readonly number[];
  /** Of the edges that leave an input. */
  readonly stride: 1 | 2;
  /** How many of the edges into an inner node an architecture keeps; null: all. */
  readonly keep: number | null;
  /** Where the operations stand: "edges", or "nodes", which choose their parents (NAS-Bench-101). */
  readonly operationsOn: "edges" | "nodes";
}

/** A network's size as far as the space and not the data decide it. */
export type Scale = Pick<NetworkSize, "channels" | "cells">;

/** What a space is stated by. */
export interface SpaceDefinition {
  readonly name: string;
  readonly title: string;
  /** The paper that it comes from. */
  readonly paper: string;
  readonly operations: readonly Operation[];
  readonly cells: readonly CellKind[];
  readonly edges: readonly Edge[];
  /** Adds the layers of a network. */
  readonly network: (list: LayerList, cell: (name: string) => CellShape) => unknown;
  /** The papers' search network, and for how many epochs it learns. */
  readonly search: Scale & { readonly epochs: number };
  /** The papers' final network. */
  readonly final: Scale;
  /** What `cells` counts. */
  readonly counts: "cells" | "cells a stage";
  /** Images that the papers search on: height, width, channels. */
  readonly image: readonly [number, number, number];
  /** Classes of the papers' data. */
  readonly classes: number;
  /** The final networks' auxiliary tower, behind the cell of this index (of `cells` in all); null: none. */
  readonly auxiliary: ((cells: number) => number) | null;
  readonly notation: Notation;
}

/** How architectures are written. */
export interface Notation {
  print(architecture: Architecture): string;
  /** @throws UserError that shows the first character that does not fit. */
  parse(text: string, space: SearchSpace): Architecture;
  /** The same for architectures that the space's benchmark takes for one (isomorphic); without it, what is printed. */
  canonical?(architecture: Architecture): string;
}

export class SearchSpace implements Choices {
  readonly name: string;
  readonly title: string;
  readonly paper: string;
  /** Names of all operations that some edge chooses from. */
  readonly operations: readonly string[];
  /** What they do, in the same order. */
  readonly catalogue: readonly Operation[];
  readonly cells: readonly CellKind[];
  /** All choices, the rows of θ. */
  readonly edges: readonly Edge[];
  /** Edges of which only some are kept. */
  readonly groups: readonly EdgeGroup[];
  /** Multiply-adds of the operations at the search network's channels, the dearest 1. */
  readonly costs: readonly number[];
  readonly search: SpaceDefinition["search"];
  readonly final: Scale;
  readonly counts: SpaceDefinition["counts"];
  readonly image: readonly [number, number, number];
  readonly classes: number;
  readonly auxiliary: SpaceDefinition["auxiliary"];
  readonly #definition: SpaceDefinition;

  constructor(definition: SpaceDefinition) {
    const { operations, cells, edges } = definition;
    this.#definition = definition;
    this.name = definition.name;
    this.title = definition.title;
    this.paper = definition.paper;
    this.operations = Object.freeze(operations.map(({ name }) => name));
    this.catalogue = operations;
    this.cells = cells;
    this.edges = edges;
    this.costs = relativeCosts(operations, definition.search.channels);
    this.search = definition.search;
    this.final = definition.final;
    this.counts = definition.counts;
    this.image = definition.image;
    this.classes = definition.classes;
    this.auxiliary = definition.auxiliary;
    this.groups = cells.flatMap(({ name, keep, inputs, nodes }) => {
      if (keep === null) return [];
      return Array.from({ length: nodes - inputs }, (_, k) => inputs + k).map((node) => ({
        edges: edges.flatMap((edge, e) => (edge.cell === name && edge.to === node ? [e] : [])),
        keep,
      }));
    });
  }

  /** How many architectures there are; a double, exact to 2^53. */
  get size(): number {
    const grouped = new Set(this.groups.flatMap(({ edges }) => edges));
    const single = this.edges.map((edge, e) => (grouped.has(e) ? 1 : choose(edge.candidates.length, edge.picks)));
    const group = this.groups.map(({ edges, keep }) =>
      elementary(
        edges.map((e) => this.present(e).length),
        keep,
      ),
    );
    return [...single, ...group].reduce((product, count) => product * count, 1);
  }

  /** @throws UserError for an unknown name. */
  cell(name: string): CellKind {
    const found = this.cells.find((cell) => cell.name === name);
    if (!found)
      throw new UserError(
        `${this.name}: there is no cell "${name}"; the cells are ${this.cells.map(({ name }) => name).join(", ")}`,
      );
    return found;
  }

  /** The layers of a network of this size, from image to classes. @throws UserError where the images are too small. */
  layers(size: NetworkSize): readonly Layer[] {
    const list = new LayerList(size);
    this.#definition.network(list, (name) => this.cell(name));
    return list.layers;
  }

  /** The layers of an architecture's own network. */
  finalLayers(size: NetworkSize): readonly Layer[] {
    return this.layers(size);
  }

  /** An architecture's own network, where it is not the search network's layers with one operation on each edge; else null. */
  ownDesign(_architecture: Architecture): Design | null {
    return null;
  }

  /** The size of the papers' final network. */
  get finalSize(): NetworkSize {
    return { ...this.final, image: this.image, classes: this.classes };
  }

  /** The architecture with these operations, numbers by edge (a list where a choice takes several, [] for an edge that is left out). */
  architecture(picks: ArrayLike<number | readonly number[]>): Architecture {
    return new Architecture(this, picks);
  }

  /** The operations that an edge which an architecture keeps can have. */
  present(edge: number): readonly number[] {
    return presentOn(this, edge);
  }

  /** @throws UserError if the picks are no architecture of this space. */
  check(picks: Picks): void {
    const { edges, operations, groups } = this;
    if (picks.length !== edges.length)
      throw new UserError(`Architecture: needs an operation for each of ${edges.length} edges, got ${picks.length}.`);
    const grouped = new Set(groups.flatMap(({ edges }) => edges));
    picks.forEach((row, e) => {
      const { name, picks: count } = edges[e];
      const allowed = this.present(e);
      const wrong = row.find((o) => !allowed.includes(o));
      if (wrong !== undefined) {
        const known = allowed.map((o) => `${o} (${operations[o]})`).join(", ");
        throw new UserError(`Architecture: the operation on edge ${name} must be one of ${known}, got ${wrong}.`);
      }
      if (new Set(row).size !== row.length || (row.length !== count && !(grouped.has(e) && row.length === 0)))
        throw new UserError(`Architecture: edge ${name} takes ${count} of its candidates, got [${row}].`);
    });
    for (const group of groups) {
      const there = group.edges.filter((e) => picks[e].length > 0);
      if (there.length === group.keep) continue;
      const names = group.edges.map((e) => edges[e].name).join(", ");
      throw new UserError(
        `Architecture: ${group.keep} of the edges ${names} must have an operation, got ${there.length}.`,
      );
    }
  }

  /** The index of an architecture in a benchmark's order. @throws UserError: this space has none. */
  indexOf(_architecture: Architecture): number {
    throw new UserError(`${this.name}: its architectures have no numbers; use architecture.key or its string`);
  }

  /** A uniformly random architecture. */
  sample(stream: RandomStream): Architecture {
    const picks: number[][] = this.edges.map(({ candidates, picks }) => {
      const left = [...candidates];
      return Array.from({ length: picks }, () => left.splice(stream.below(left.length), 1)[0]);
    });
    for (const { edges, keep } of this.groups) {
      const left = [...edges];
      const weights = edges.map((e) => this.present(e).length);
      const kept = drawEdges(left, weights, keep, stream);
      for (const e of edges) picks[e] = kept.includes(e) ? [pick(this.present(e), stream)] : [];
    }
    return new Architecture(this, picks);
  }

  neighbours({ picks }: Architecture): Architecture[] {
    const without = (e: number, row: readonly number[]) => picks.map((kept, k) => (k === e ? row : kept));
    const changed = this.edges.flatMap((_, e) =>
      picks[e].flatMap((old) =>
        this.present(e)
          .filter((o) => !picks[e].includes(o))
          .map((o) => without(e, [...picks[e].filter((kept) => kept !== old), o])),
      ),
    );
    const moved = this.groups.flatMap(({ edges }) =>
      edges
        .filter((e) => picks[e].length > 0)
        .flatMap((from) =>
          edges
            .filter((to) => picks[to].length === 0)
            .flatMap((to) =>
              this.present(to).map((o) => picks.map((row, e) => (e === from ? [] : e === to ? [o] : row))),
            ),
        ),
    );
    return [...changed, ...moved].map((each) => new Architecture(this, each));
  }

  /** Operations that differ, an edge in place of another counting once. */
  distance(a: Architecture, b: Architecture): number {
    const grouped = new Set(this.groups.flatMap(({ edges }) => edges));
    const missing = (e: number) => a.picks[e].filter((o) => !b.picks[e].includes(o)).length;
    const single = this.edges.reduce((sum, _, e) => (grouped.has(e) ? sum : sum + missing(e)), 0);
    return single + this.groups.reduce((sum, { edges }) => sum + edges.reduce((n, e) => n + missing(e), 0), 0);
  }

  /** The space in which edges choose among these operations only, as far as they had them. @throws UserError for an unknown name, or where an edge is left with none. */
  only(operations: readonly string[]): SearchSpace {
    const unknown = operations.find((name) => !this.operations.includes(name));
    if (unknown !== undefined)
      throw new UserError(`${this.name}: there is no operation "${unknown}"; it has ${this.operations.join(", ")}`);
    const edges = this.edges.map((edge) => ({
      ...edge,
      candidates: edge.carries
        ? edge.candidates.filter((o) => operations.includes(this.operations[o]))
        : edge.candidates,
    }));
    const bare = edges.find(({ candidates, picks }) => candidates.length < picks);
    if (bare) throw new UserError(`${this.name}: edge ${bare.name} has none of ${operations.join(", ")}`);
    return new SearchSpace({ ...this.#definition, edges });
  }

  print(architecture: Architecture): string {
    return this.#definition.notation.print(architecture);
  }

  canonical(architecture: Architecture): string {
    const { notation } = this.#definition;
    return notation.canonical?.(architecture) ?? notation.print(architecture);
  }

  /** Reads an architecture in the field's own notation. @throws UserError that shows the first character that does not fit. */
  parse(text: string): Architecture {
    return this.#definition.notation.parse(text, this);
  }
}

const pick = (from: readonly number[], stream: RandomStream): number => from[stream.below(from.length)];

function relativeCosts(operations: readonly Operation[], channels: number): number[] {
  const costs = operations.map((operation) => {
    const placed = { operation, inputs: channels, outputs: channels, stride: 1 } as const;
    return stepsOf(placed, { height: 1, width: 1, channels }).reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
  });
  const dearest = Math.max(...costs, 1);
  return costs.map((cost) => cost / dearest);
}

/** n over k. */
function choose(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return Math.round(result);
}

/** Σ over all sets of k of the values of their product. */
function elementary(values: readonly number[], k: number): number {
  const sums = [1, ...new Array<number>(k).fill(0)];
  for (const value of values) for (let n = k; n > 0; n--) sums[n] += value * sums[n - 1];
  return sums[k];
}

/** A set of `keep` of the edges, with a probability that is proportional to the product of their weights: one by one, each as often as the rest allows. */
function drawEdges(edges: readonly number[], weights: readonly number[], keep: number, stream: RandomStream): number[] {
  const chosen: number[] = [];
  edges.forEach((edge, k) => {
    const left = keep - chosen.length;
    if (left === 0) return;
    const rest = weights.slice(k + 1);
    const taken = weights[k] * elementary(rest, left - 1);
    if (stream.uniform() * (taken + elementary(rest, left)) < taken) chosen.push(edge);
  });
  return chosen;
}
