// What there is to choose in a space: rows of θ, and how an architecture follows from their weights.

/** By choice the operations that are taken: one, several where a choice wants several, none where an edge is left out. */
export type Picks = readonly (readonly number[])[];

/** A choice, a row of θ: in a cell whose operations stand on edges, an edge. */
export interface Edge {
  /** The field's name for it, "2<-0"; in a space of several cells behind the cell's, "normal 2<-0". */
  readonly name: string;
  /** The name of its kind of cell. */
  readonly cell: string;
  /** The operation is applied to node `from` and added to node `to`; where operations stand on nodes, both are the node that chooses. */
  readonly from: number;
  readonly to: number;
  /** Numbers of the space's operations that it chooses from, ascending. */
  readonly candidates: readonly number[];
  /** How many of them an architecture takes. */
  readonly picks: number;
  /** Whether it chooses an operation; others choose a node's inputs, and their candidates stand for the nodes 0, 1, … before it. */
  readonly carries: boolean;
}

/** Edges of which an architecture keeps so many: those into a node of DARTS's cells. */
export interface EdgeGroup {
  readonly edges: readonly number[];
  readonly keep: number;
}

/** What a node of a cell chooses, as rows of θ: its operation (null: it has none) and its inputs (null: it takes in all nodes before it). */
export interface NodeChoices {
  readonly operation: number | null;
  readonly inputs: number | null;
}

/** What a search method has to know of a space. */
export interface Choices {
  /** The rows of θ. */
  readonly edges: readonly Edge[];
  /** Names of all operations, the columns of θ. */
  readonly operations: readonly string[];
  /** Edges of which only some are kept. */
  readonly groups: readonly EdgeGroup[];
  /** What the operations cost, the dearest 1. */
  readonly costs: readonly number[];
}

/** The choices of a node in a cell whose operations stand on nodes. */
export function nodeChoices({ edges }: Pick<Choices, "edges">, cell: string, node: number): NodeChoices {
  const row = (operation: boolean) => {
    const found = edges.findIndex((edge) => edge.cell === cell && edge.to === node && edge.carries === operation);
    return found < 0 ? null : found;
  };
  return { operation: row(true), inputs: row(false) };
}

/** The operations that an edge which an architecture keeps can have: where edges are kept or not, "none" is no operation. */
export function presentOn({ edges, operations, groups }: Choices, edge: number): readonly number[] {
  const { candidates } = edges[edge];
  const none = operations.indexOf("none");
  return groups.some((group) => group.edges.includes(edge)) ? candidates.filter((o) => o !== none) : candidates;
}

/**
 * The architecture of the largest weights: of each edge its largest operations, of a group the edges with the largest ranking weights
 * (DARTS, section 2.4). The first among equals.
 * @param weights [edges][operations]. @param ranking what edges of a group are compared by, each by its largest.
 */
export function strongest(
  choices: Choices,
  weights: readonly ArrayLike<number>[],
  ranking: readonly ArrayLike<number>[] = weights,
): Picks {
  const picks: (readonly number[])[] = choices.edges.map(({ picks }, e) =>
    [...presentOn(choices, e)]
      .sort((a, b) => weights[e][b] - weights[e][a])
      .slice(0, picks)
      .sort((a, b) => a - b),
  );
  for (const { edges, keep } of choices.groups) {
    const largest = (e: number) => Math.max(...presentOn(choices, e).map((o) => ranking[e][o]));
    const ranked = [...edges].sort((a, b) => largest(b) - largest(a));
    for (const e of ranked.slice(keep)) picks[e] = [];
  }
  return picks;
}
