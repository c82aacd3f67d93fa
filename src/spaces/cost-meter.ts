// What very many architectures of a space cost, each kind counted once.
import type { Architecture } from "./architecture";
import { type Cost, costOf } from "./cost";
import { designOf, edgesInUse } from "./design";
import type { NetworkSize } from "./layers";
import type { SearchSpace } from "./space";

/** What of the cost is counted: the memory of maps depends on more than which operations there are. */
export type Counted = Pick<Cost, "parameters" | "multiplyAdds">;

/**
 * A function that remembers. Where the edges of one kind of cell cost the same under the same operation, an architecture costs what the
 * operations of the edges in use do.
 */
export function costMeter(space: SearchSpace, size: NetworkSize): (architecture: Architecture) => Counted {
  const known = new Map<string, Counted>();
  const keyOf = hasEqualEdges(space) ? operationsInUse(space) : ({ key }: Architecture) => key;
  return (architecture) => {
    const key = keyOf(architecture);
    if (!known.has(key)) known.set(key, costOf(designOf(architecture), size));
    return known.get(key)!;
  };
}

const hasEqualEdges = ({ cells, edges }: SearchSpace): boolean =>
  cells.length === 1 &&
  cells[0].operationsOn === "edges" &&
  cells[0].inputs === 1 &&
  cells[0].stride === 1 &&
  cells[0].output.length === 1 &&
  edges.every(({ carries }) => carries);

/** The operations of the edges that carry something from input to output, in any order. */
function operationsInUse(space: SearchSpace): (architecture: Architecture) => string {
  const [{ name }] = space.cells;
  const carries = space.catalogue.map((operation) => operation.steps(1) !== null);
  const usedBy = new Map<string, readonly number[]>(); // which edges are in use, by which carry something
  return (architecture) => {
    const { operations } = architecture;
    const carrying = operations.map((o) => Number(carries[o] ?? false)).join("");
    if (!usedBy.has(carrying))
      usedBy.set(
        carrying,
        edgesInUse(designOf(architecture).cell(name)).map(({ place }) => place),
      );
    return usedBy
      .get(carrying)!
      .map((place) => operations[place])
      .sort()
      .join();
  };
}
