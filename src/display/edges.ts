// What figures call the edges of a space's cells, and how they lie beside each other.
import type { CellDistribution } from "../distributions";
import { UserError } from "../errors";
import { type CellKind, SearchSpace } from "../spaces";
import { type Look, looksOf, looksOfNames } from "./theme";

/** A row of θ. */
export interface EdgeLabel {
  /** By which it is asked for: "normal 2<-0". */
  readonly name: string;
  /** The name of its kind of cell; "" in a space of one kind, or where each kind has a single edge. */
  readonly cell: string;
  /** Within its cell, "0 ← c_{k-2}"; in a chain its only name. */
  readonly title: string;
  /** Numbers of the operations that it has, or had before some were pruned. */
  readonly candidates: readonly number[];
}

/** The rows and columns of θ. */
export interface Labels {
  readonly operations: readonly Look[];
  readonly edges: readonly EdgeLabel[];
}

/** A node's name: in a cell with two inputs the papers' (Liu et al., ICLR 2019, figure 4), in others its number. */
export function nodeTitle({ inputs }: Pick<CellKind, "inputs">, node: number): string {
  if (inputs === 1) return String(node);
  return node < 2 ? `c_{k-${2 - node}}` : String(node - 2);
}

/** @param source a space; or a distribution of which no more is known than its names. */
export const labelsOf = (source: SearchSpace | CellDistribution): Labels => ({
  operations: source instanceof SearchSpace ? looksOf(source.catalogue) : looksOfNames(source.operations),
  edges: source instanceof SearchSpace ? spaceEdges(source) : distributionEdges(source),
});

/** Whether a space is a chain: each of its kinds of cell has a single edge. */
export const isChain = ({ cells, edges }: SearchSpace): boolean => cells.length > 1 && cells.length === edges.length;

const spaceEdges = (space: SearchSpace): EdgeLabel[] =>
  space.edges.map(({ name, cell, from, to, candidates }) => {
    if (isChain(space)) return { name, cell: "", title: name.includes("<-") ? cell : name, candidates };
    if (space.cell(cell).operationsOn === "nodes") return { name, cell: "", title: name, candidates };
    const title = `${nodeTitle(space.cell(cell), to)} ← ${nodeTitle(space.cell(cell), from)}`;
    return { name, cell: space.cells.length > 1 ? cell : "", title, candidates };
  });

const distributionEdges = ({ edges, kept }: CellDistribution): EdgeLabel[] => {
  const parts = edges.map((name) => /^(?:(.*) )?([^ ]+<-[^ ]+)$/.exec(name) ?? ["", "", name]);
  const several = new Set(parts.map(([, cell]) => cell)).size > 1;
  return edges.map((name, e) => {
    const [, cell = "", place] = parts[e];
    return { name, cell: several ? cell : "", title: place.replace("<-", " ← "), candidates: kept[e] };
  });
};

/** The title of a kind of cell: "normal cell". */
export const cellTitle = (name: string): string => (/cell$/i.test(name) ? name : `${name} cell`);

/** With its cell: "normal 0 ← c_{k-2}". */
export const fullTitle = ({ cell, title }: Pick<EdgeLabel, "cell" | "title">): string =>
  cell ? `${cell} ${title}` : title;

/** The number of an edge by its name. @param place the figure that asks. */
export function pickEdge(place: string, { edges }: Labels, name: string): number {
  const found = edges.findIndex((edge) => edge.name === name);
  if (found >= 0) return found;
  const names = edges.map((edge) => edge.name).join(", ");
  throw new UserError(`display.${place}: there is no edge "${name}"; the edges are ${names}`);
}

/** Edges whose panels stand together: those of a kind of cell. */
export interface EdgeGroup {
  readonly cell: string;
  /** Numbers of the edges. */
  readonly edges: readonly number[];
}

export function groupsOf({ edges }: Labels): EdgeGroup[] {
  const cells = [...new Set(edges.map(({ cell }) => cell))];
  return cells.map((cell) => ({ cell, edges: edges.flatMap((edge, e) => (edge.cell === cell ? [e] : [])) }));
}

/** What an edge gives each of its operations where it prefers none; null where edges differ in how many they have. */
export function uniformWeight({ edges }: Labels): number | null {
  const counts = new Set(edges.map(({ candidates }) => candidates.length));
  return counts.size === 1 ? 1 / [...counts][0] : null;
}

/** The same in words: "1/7". */
export const uniformShare = (labels: Labels): string =>
  uniformWeight(labels) === null ? "over an edge's operations" : `1/${labels.edges[0].candidates.length}`;
