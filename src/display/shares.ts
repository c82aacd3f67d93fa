// The mean weights of all edges at a glance: a bar an edge, made of its operations' weights; for the live display of large cells.
import type { CellDistribution } from "../distributions";
import { barRows } from "./bars";
import type { Specification } from "./draw";
import { operationChannels, operationLegend, weightChannel } from "./edge-panels";
import { cellTitle, groupsOf, type Labels } from "./edges";

export const sharesKey = "Each edge's mean weights, stacked";

const WIDTH = 598;
/** Of the edges' names. */
const NAMES = 76;
const GAP = 24;

/** A panel for each kind of cell, side by side. @param digits decimals. */
export function sharePanels(distribution: CellDistribution, labels: Labels, digits = 4): Specification {
  const rows = barRows(distribution, labels, digits).filter((row) => !("pruned" in row));
  const groups = groupsOf(labels);
  const { color, titles } = operationChannels(labels);
  const width = (WIDTH + NAMES - GAP * (groups.length - 1)) / groups.length - NAMES;
  const panel = (cell: string, edges: readonly number[]): Specification => {
    const names = edges.map((e) => labels.edges[e].title);
    return {
      ...(cell && { title: { text: cellTitle(cell), fontSize: 11, anchor: "start", frame: "group", offset: 4 } }),
      width,
      height: 13 * edges.length,
      data: { values: rows.filter((row) => (row.cell ?? "") === cell).map(({ cell: _, ...row }) => row) },
      transform: [{ calculate: `indexof(${JSON.stringify(titles)}, datum.operation)`, as: "order" }],
      mark: { type: "bar", height: 10 },
      encoding: {
        y: {
          field: "edge",
          type: "nominal",
          sort: names,
          title: null,
          axis: { ticks: false, domain: false, minExtent: NAMES, maxExtent: NAMES },
        },
        x: { ...weightChannel("mean"), stack: "zero" },
        color: { ...color, legend: { ...operationLegend, symbolType: "square", symbolSize: 90 } },
        order: { field: "order", type: "quantitative" },
        tooltip: ["edge", "operation", "mean"].map((field) => ({ field })),
      },
    };
  };
  return { hconcat: groups.map(({ cell, edges }) => panel(cell, edges)), spacing: GAP };
}
