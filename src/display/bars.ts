// Bars of one number for each operation: a categorical's probabilities, a point mass's weights.
import type { CellDistribution } from "../distributions";
import type { Specification } from "./draw";
import {
  edgePanels,
  edgeRows,
  operationChannels,
  type Place,
  prunedMarks,
  weightAxis,
  weightChannel,
} from "./edge-panels";
import { grey } from "./theme";
import { textTable } from "./words";

export type BarRow = Place & ({ readonly mean: number } | { readonly pruned: true });

export function barRows(distribution: CellDistribution, digits = 6): BarRow[] {
  const means = distribution.mean();
  return edgeRows(distribution, (e, o) => ({ mean: Number(means[e][o].toFixed(digits)) }));
}

export function barPanels(rows: readonly BarRow[], operations: readonly string[]): Specification {
  const { y, color } = operationChannels(operations);
  const tooltip = [
    { field: "operation", type: "nominal" },
    { field: "mean", type: "quantitative", format: ".3f" },
  ];
  return edgePanels(rows, operations, [
    {
      transform: [{ filter: "!datum.pruned" }],
      mark: { type: "bar", height: 10 },
      encoding: { x: weightChannel("mean"), y, color, tooltip },
    },
    {
      mark: { type: "rule", color: grey, strokeDash: [3, 3], strokeWidth: 1 },
      encoding: { x: { datum: 1 / operations.length, type: "quantitative", axis: weightAxis } },
    },
    prunedMarks(operations),
  ]);
}

export const barText = (rows: readonly BarRow[], word: string): string =>
  textTable([
    ["edge", "operation", word],
    ...rows.map((row) => [row.edge, row.operation, "pruned" in row ? "pruned" : row.mean.toFixed(3)]),
  ]);
