// The distribution over a cell's architectures: on each edge a Dirichlet over operations, shown by its marginals,
// which are Beta distributions: mean, median, equal-tailed 50 % and 90 % intervals.

import { type CellDistribution, Gaussian } from "../distributions";
import { chart } from "./chart";
import type { Specification } from "./draw";
import { Figure } from "./figure";
import { edgeTitle, grey, operationColours, operationTitle } from "./theme";
import { textTable } from "./words";

export interface IntervalRow {
  readonly edge: string;
  readonly operation: string;
  readonly mean: number;
  readonly median: number;
  /** Ends of the equal-tailed interval that holds half of the probability. */
  readonly low50: number;
  readonly high50: number;
  /** Ends of the equal-tailed interval that holds nine tenths of it. */
  readonly low90: number;
  readonly high90: number;
}

/** One row an edge and operation, in the distribution's order, rounded to `digits` decimals. */
export function intervalRows(distribution: CellDistribution, digits = 6): IntervalRow[] {
  const means = distribution.mean();
  const round = (value: number) => Number(value.toFixed(digits));
  return distribution.edges.flatMap((edge, e) => {
    const row = distribution.rows[e];
    const mean = means[e];
    return distribution.operations.map((operation, k) => {
      const quantile = (probability: number) =>
        round(row instanceof Gaussian ? row.weightQuantile(k, probability) : row.marginalQuantile(k, probability));
      return {
        edge: edgeTitle(edge),
        operation: operationTitle(operation),
        mean: round(mean[k]),
        median: quantile(0.5),
        low50: quantile(0.25),
        high50: quantile(0.75),
        low90: quantile(0.05),
        high90: quantile(0.95),
      };
    });
  });
}

/** How the marks of the intervals are to be read; goes into the subtitle of every figure that has them. */
export const intervalKey = "● mean\u2003❘ median\u2003▬ 50 % and ─ 90 % equal-tailed interval";

/** The panels of the edges, three in a row, without title: for a figure of its own and for the live display. */
export function intervalPanels(
  rows: readonly IntervalRow[],
  operations: readonly string[],
  width = 186,
): Specification {
  const titles = operations.map(operationTitle);
  const y = { field: "operation", type: "nominal", sort: titles, title: null, axis: yAxis };
  const x = (field: string) => ({ field, type: "quantitative", scale: { domain: [0, 1], nice: false }, axis: xAxis });
  const color = {
    field: "operation",
    type: "nominal",
    scale: { domain: titles, range: operationColours(operations) },
    legend: null,
  };
  const tooltip = tooltipFields.map((field) =>
    field === "operation" ? { field, type: "nominal" } : { field, type: "quantitative", format: ".3f" },
  );
  const interval = (low: string, high: string, mark: object) => ({
    mark: { type: "rule", ...mark },
    encoding: { x: x(low), x2: { field: high }, y, color, tooltip },
  });
  const uniform = 1 / operations.length;
  return {
    data: { values: rows },
    transform: [{ calculate: "'edge ' + datum.edge", as: "panel" }],
    facet: { field: "panel", type: "nominal", sort: null },
    columns: 3,
    spacing: { row: 16, column: 20 },
    spec: {
      width,
      height: 17 * operations.length,
      layer: [
        {
          mark: { type: "rule", color: grey, strokeDash: [3, 3], strokeWidth: 1 },
          encoding: { x: { datum: uniform, type: "quantitative", axis: xAxis } },
        },
        interval("low90", "high90", { strokeWidth: 1.5 }),
        interval("low50", "high50", { strokeWidth: 6, opacity: 0.5 }),
        { mark: { type: "tick", thickness: 2, size: 13, opacity: 1 }, encoding: { x: x("median"), y, color } },
        {
          mark: { type: "point", filled: true, size: 46, opacity: 1, stroke: "white", strokeWidth: 1 },
          encoding: { x: x("mean"), y, color, tooltip },
        },
      ],
    },
  };
}

const tooltipFields = ["operation", "mean", "median", "low50", "high50", "low90", "high90"] as const;
const xAxis = { title: null, values: [0, 0.25, 0.5, 0.75, 1], format: ".2~f", grid: true, domain: false };
const yAxis = { ticks: false, domain: false, labelPadding: 8, minExtent: 84, maxExtent: 84 };

export function intervalSpecification(
  rows: readonly IntervalRow[],
  operations: readonly string[],
  note: string,
): Specification {
  const uniform = `uniform mean, 1/${operations.length}`;
  return chart("Distribution over operations, by edge", [`${intervalKey}\u2003┆ ${uniform}`, note], {
    ...intervalPanels(rows, operations),
  });
}

/** The table of the same numbers in plain text. */
export function intervalText(rows: readonly IntervalRow[], note: string): string {
  const f = (value: number) => value.toFixed(3);
  const table = textTable([
    ["edge", "operation", "mean", "median", "50 % interval", "90 % interval"],
    ...rows.map((row) => [
      row.edge,
      row.operation,
      f(row.mean),
      f(row.median),
      `${f(row.low50)} – ${f(row.high50)}`,
      `${f(row.low90)} – ${f(row.high90)}`,
    ]),
  ]);
  return ["Weights of operations, by edge (equal-tailed intervals)", note, table].filter(Boolean).join("\n");
}

/** The figure of a distribution; `note` says what it was learnt at, see `scaleNote`. */
export function distributionFigure(distribution: CellDistribution, note = ""): Figure {
  const rows = intervalRows(distribution);
  return new Figure(intervalSpecification(rows, distribution.operations, note), intervalText(rows, note));
}
