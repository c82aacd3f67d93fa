// Bars of one number for each operation: a categorical's probabilities, a point mass's weights.
import type { CellDistribution } from "../distributions";
import type { Specification } from "./draw";
import {
  edgePanels,
  edgeRows,
  operationChannels,
  type Place,
  placeText,
  prunedMarks,
  weightChannel,
  weightLines,
} from "./edge-panels";
import type { Labels } from "./edges";

export type BarRow = Place & ({ readonly mean: number } | { readonly pruned: true });

export function barRows(distribution: CellDistribution, labels: Labels, digits = 6): BarRow[] {
  const means = distribution.mean();
  return edgeRows(distribution, labels, (e, o) => ({ mean: Number(means[e][o].toFixed(digits)) }));
}

export function barPanels(rows: readonly BarRow[], labels: Labels, page?: number): Specification {
  const { y, color } = operationChannels(labels);
  const tooltip = [
    { field: "operation", type: "nominal" },
    { field: "mean", type: "quantitative", format: ".3f" },
  ];
  return edgePanels(
    rows,
    labels,
    {
      layer: [
        ...weightLines(),
        {
          transform: [{ filter: "!datum.pruned" }],
          mark: { type: "bar", height: 10 },
          encoding: { x: weightChannel("mean"), y, color, tooltip },
        },
        prunedMarks(labels),
      ],
    },
    page,
  );
}

export const barText = (rows: readonly BarRow[], word: string): string =>
  placeText(rows, [word], (row) => [row.mean.toFixed(3)]);
