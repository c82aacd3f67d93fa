// Credible intervals of each operation's weight: mean, median, equal-tailed 50 % and 90 % intervals (Dirichlet, Concrete, Gaussian).
import { type CellDistribution, Gaussian } from "../distributions";
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

export interface Interval {
  readonly mean: number;
  readonly median: number;
  /** Ends of the equal-tailed interval that holds half of the probability. */
  readonly low50: number;
  readonly high50: number;
  /** Ends of the equal-tailed interval that holds nine tenths of it. */
  readonly low90: number;
  readonly high90: number;
}

export type IntervalRow = Place & (Interval | { readonly pruned: true });

/** One row an edge and operation, in the distribution's order, rounded to `digits` decimals. */
export function intervalRows(distribution: CellDistribution, labels: Labels, digits = 6): IntervalRow[] {
  const means = distribution.mean();
  const round = (value: number) => Number(value.toFixed(digits));
  return edgeRows(distribution, labels, (e, o, k): Interval => {
    const row = distribution.rows[e];
    const quantile = (probability: number) =>
      round(row instanceof Gaussian ? row.weightQuantile(k, probability) : row.marginalQuantile(k, probability));
    return {
      mean: round(means[e][o]),
      median: quantile(0.5),
      low50: quantile(0.25),
      high50: quantile(0.75),
      low90: quantile(0.05),
      high90: quantile(0.95),
    };
  });
}

/** How the marks of the intervals are to be read. @param dot what the dot is. */
export const intervalKey = (dot: string) => `● ${dot}\u2003❘ median\u2003▬ 50 % and ─ 90 % equal-tailed interval`;

export function intervalPanels(rows: readonly IntervalRow[], labels: Labels, page?: number): Specification {
  const { y, color } = operationChannels(labels);
  const tooltip = tooltipFields.map((field) =>
    field === "operation" ? { field, type: "nominal" } : { field, type: "quantitative", format: ".3f" },
  );
  const interval = (low: string, high: string, mark: object) => ({
    mark: { type: "rule", ...mark },
    encoding: { x: weightChannel(low), x2: { field: high }, y, color, tooltip },
  });
  return edgePanels(
    rows,
    labels,
    {
      layer: [
        ...weightLines(),
        interval("low90", "high90", { strokeWidth: 1.5 }),
        interval("low50", "high50", { strokeWidth: 6, opacity: 0.5 }),
        {
          mark: { type: "tick", thickness: 2, size: 12, opacity: 1 },
          encoding: { x: weightChannel("median"), y, color },
        },
        {
          mark: { type: "point", filled: true, size: 46, opacity: 1, stroke: "white", strokeWidth: 1 },
          encoding: { x: weightChannel("mean"), y, color, tooltip },
        },
        prunedMarks(labels),
      ],
    },
    page,
  );
}

const tooltipFields = ["operation", "mean", "median", "low50", "high50", "low90", "high90"] as const;

/** The same numbers in plain text. */
export function intervalText(rows: readonly IntervalRow[]): string {
  const f = (value: number) => value.toFixed(3);
  const interval = (low: number, high: number) => `${f(low)} – ${f(high)}`;
  return placeText(rows, ["mean", "median", "50 % interval", "90 % interval"], (row) => [
    f(row.mean),
    f(row.median),
    interval(row.low50, row.high50),
    interval(row.low90, row.high90),
  ]);
}
