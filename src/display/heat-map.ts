// The mean weights of all edges and operations at a glance: a field for each, the larger the weight the lighter.
import type { CellDistribution } from "../distributions";
import { type BarRow, barRows, barText } from "./bars";
import { chart, pageWidth } from "./chart";
import type { Specification } from "./draw";
import { edgeGrid, gradientLegend, sequential } from "./edge-grid";
import { operationChannels } from "./edge-panels";
import { groupsOf, type Labels } from "./edges";
import { Figure } from "./figure";
import { grey } from "./theme";

/** Fields narrower than this have no number in them, in pixels. */
const ROOM = 30;

export function heatMapSpecification(
  rows: readonly BarRow[],
  labels: Labels,
  note: string,
  page: number = pageWidth,
): Specification {
  const { titles } = operationChannels(labels);
  const level = groupsOf(labels).length === 1 && (page - 96) / titles.length > 92;
  const most = Math.max(...rows.map((row) => ("pruned" in row ? 0 : row.mean)));
  const x = {
    field: "operation",
    type: "nominal",
    sort: titles,
    scale: { domain: titles },
    title: null,
    axis: { orient: "top", ticks: false, domain: false, labelAngle: level ? 0 : -40, labelOverlap: false },
  };
  const panel = (width: number, y: Specification): Specification => ({
    layer: [
      {
        transform: [{ filter: "!datum.pruned" }],
        mark: { type: "rect", cornerRadius: 2 },
        encoding: {
          x,
          y,
          color: {
            field: "mean",
            type: "quantitative",
            scale: { ...sequential, domain: [0, most] },
            legend: gradientLegend("mean weight"),
          },
          tooltip: [
            { field: "edge" },
            { field: "operation" },
            { field: "mean", type: "quantitative", format: ".4f", title: "mean weight" },
          ],
        },
      },
      {
        transform: [{ filter: "datum.pruned" }],
        mark: { type: "text", style: "guide-label", color: grey, text: "–" },
        encoding: { x, y },
      },
      ...(width / titles.length >= ROOM
        ? [
            {
              transform: [{ filter: "!datum.pruned" }],
              mark: { type: "text", fontSize: 10 },
              encoding: {
                x,
                y,
                text: { field: "mean", type: "quantitative", format: ".2f" },
                color: { condition: { test: `datum.mean > ${0.55 * most}`, value: "black" }, value: "white" },
              },
            },
          ]
        : []),
    ],
  });
  const subtitle = [rows.some((row) => "pruned" in row) ? "– pruned" : "", note];
  return chart("Mean weight of each operation, by edge", subtitle, edgeGrid(rows, labels, panel, page), page);
}

/** The figure of a distribution's mean weights, edges × operations. */
export function heatMapFigure(distribution: CellDistribution, labels: Labels, note = ""): Figure {
  const rows = barRows(distribution, labels, 4);
  const words = ["Mean weights of operations, by edge", note, barText(rows, "mean weight")];
  return new Figure((page) => heatMapSpecification(rows, labels, note, page), words.filter(Boolean).join("\n"));
}
