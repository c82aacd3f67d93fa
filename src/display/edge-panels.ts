// The frame of a distribution's pictures: a panel for each edge, three in a row, a line for each operation.
import type { CellDistribution } from "../distributions";
import type { Specification } from "./draw";
import { edgeTitle, operationColours, operationTitle } from "./theme";

/** An edge and one of its operations, in the words of the figures. */
export interface Place {
  readonly edge: string;
  readonly operation: string;
}

/**
 * Numbers of each edge's operations, in the distribution's order; of a pruned operation nothing but its place and `pruned`.
 * @param numbers of the k-th kept operation of an edge.
 */
export function edgeRows<Row extends object>(
  { edges, operations, kept }: CellDistribution,
  numbers: (edge: number, operation: number, k: number) => Row,
): (Place & (Row | { readonly pruned: true }))[] {
  return edges.flatMap((edge, e) =>
    operations.map((operation, o) => {
      const place = { edge: edgeTitle(edge), operation: operationTitle(operation) };
      const k = kept[e].indexOf(o);
      return k < 0 ? { ...place, pruned: true as const } : { ...place, ...numbers(e, o, k) };
    }),
  );
}

/** The panels, without title: for a figure of its own and for the live display. */
export function edgePanels(
  values: readonly Place[],
  operations: readonly string[],
  layer: readonly Specification[],
  { width = 186, height = 17 * operations.length } = {},
): Specification {
  return {
    data: { values },
    transform: [{ calculate: "'edge ' + datum.edge", as: "panel" }],
    facet: { field: "panel", type: "nominal", sort: null },
    columns: 3,
    spacing: { row: 16, column: 20 },
    spec: { width, height, layer },
  };
}

/** The axis of the operations, and their colours. */
export function operationChannels(operations: readonly string[]) {
  const titles = operations.map(operationTitle);
  return {
    y: { field: "operation", type: "nominal", sort: titles, title: null, axis: operationAxis },
    color: {
      field: "operation",
      type: "nominal",
      scale: { domain: titles, range: operationColours(operations) },
      legend: null,
    },
  };
}

/** Says "pruned" in the line of an operation that was. */
export function prunedMarks(operations: readonly string[]): Specification {
  return {
    transform: [{ filter: "datum.pruned" }],
    mark: { type: "text", style: "guide-label", text: "pruned", align: "left", x: 50, fontStyle: "italic" },
    encoding: { y: operationChannels(operations).y },
  };
}

export const weightAxis = {
  title: null,
  values: [0, 0.25, 0.5, 0.75, 1],
  format: ".2~f",
  grid: true,
  domain: false,
};
export const operationAxis = { ticks: false, domain: false, labelPadding: 8, minExtent: 84, maxExtent: 84 };

/** The axis of a weight or a probability, 0 … 1. */
export const weightChannel = (field: string) => ({
  field,
  type: "quantitative",
  scale: { domain: [0, 1], nice: false },
  axis: weightAxis,
});
