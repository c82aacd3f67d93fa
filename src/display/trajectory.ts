// How the mean weights of the operations move, epoch by epoch, on each edge.

import type { EpochRecord } from "../trainer";
import { chart } from "./chart";
import type { Specification } from "./draw";
import { Figure } from "./figure";
import { epochAxis } from "./history";
import { edgeTitle, grey, operationColours, operationTitle } from "./theme";
import { textTable } from "./words";

export interface MeanRow {
  readonly epoch: number;
  readonly edge: string;
  readonly operation: string;
  readonly mean: number;
}

/** What the rows are labelled with: the names of a distribution's edges and operations. */
export interface Labels {
  readonly edges: readonly string[];
  readonly operations: readonly string[];
}

/** One row an epoch, edge and operation. */
export function meanRows(history: readonly EpochRecord[], { edges, operations }: Labels): MeanRow[] {
  return Array.from(history).flatMap(({ epoch, mean }) =>
    edges.flatMap((edge, e) =>
      operations.map((operation, k) => ({
        epoch,
        edge: edgeTitle(edge),
        operation: operationTitle(operation),
        mean: Number(mean[e][k].toFixed(6)),
      })),
    ),
  );
}

export function trajectorySpecification(
  rows: readonly MeanRow[],
  operations: readonly string[],
  note: string,
): Specification {
  const titles = operations.map(operationTitle);
  const uniform = 1 / operations.length;
  const means = rows.map((row) => row.mean);
  const y = {
    type: "quantitative",
    title: "mean weight",
    scale: {
      domain: [Math.min(uniform - 0.05, ...means), Math.max(uniform + 0.05, ...means)],
      nice: false,
      padding: 6,
    },
    axis: { tickCount: 5, minExtent: 40 },
  };
  return chart("Mean weight of each operation, by edge", [`╌╌ uniform, 1/${operations.length}`, note], {
    data: { values: rows },
    transform: [{ calculate: "'edge ' + datum.edge", as: "panel" }],
    facet: { field: "panel", type: "nominal", sort: null },
    columns: 3,
    spacing: { row: 20, column: 22 },
    spec: {
      width: 192,
      height: 120,
      layer: [
        {
          mark: { type: "rule", color: grey, strokeDash: [3, 3] },
          encoding: { y: { datum: uniform, ...y } },
        },
        {
          mark: { type: "line", strokeWidth: 2, point: rows.length <= 900 && { size: 18 } },
          encoding: {
            x: epochAxis(rows.map((row) => row.epoch)),
            y: { field: "mean", ...y },
            color: {
              field: "operation",
              type: "nominal",
              scale: { domain: titles, range: operationColours(operations) },
              legend: { title: null, orient: "bottom", direction: "horizontal", symbolType: "stroke", symbolSize: 400 },
            },
            tooltip: [
              { field: "epoch", type: "quantitative" },
              { field: "operation", type: "nominal" },
              { field: "mean", type: "quantitative", format: ".4f" },
            ],
          },
        },
      ],
    },
  });
}

/** The figure of a history's mean weights; an empty one is a RangeError. */
export function trajectoryFigure(history: readonly EpochRecord[], labels: Labels, note = ""): Figure {
  if (history.length === 0) throw new RangeError("trajectory: no epoch is finished yet; run a stage first");
  const last = history[history.length - 1];
  const table = textTable([
    ["edge", ...labels.operations.map(operationTitle)],
    ...labels.edges.map((edge, e) => [edgeTitle(edge), ...last.mean[e].map((mean) => mean.toFixed(3))]),
  ]);
  const text = [`Mean weights by edge, after epoch ${last.epoch}`, note, table].filter(Boolean).join("\n");
  return new Figure(trajectorySpecification(meanRows(history, labels), labels.operations, note), text);
}
