// How the mean weights of the operations move, epoch by epoch, on each edge.

import { UserError } from "../errors";
import type { EpochRecord } from "../trainer";
import { chart, thin } from "./chart";
import type { Specification } from "./draw";
import { edgePanels, operationChannels, operationLegend, type Place } from "./edge-panels";
import { fullTitle, type Labels, uniformShare, uniformWeight } from "./edges";
import { Figure } from "./figure";
import { epochAxis } from "./history";
import { type StageMark, stageNote, stageRules } from "./stages";
import { grey } from "./theme";
import { textTable } from "./words";

/** An edge after an epoch. */
export interface MeanRow extends Pick<Place, "cell" | "edge"> {
  readonly epoch: number;
  /** By operation of the space; null where the edge has none. */
  readonly means: readonly (number | null)[];
}

/** Rows that a figure keeps: of more epochs than its pixels tell apart some are left out, evenly, never averaged. */
const ROWS = 800;

/** A row for each edge and epoch; of many edges fewer epochs, the first and the last among them. */
export function meanRows(history: readonly EpochRecord[], { edges, operations }: Labels): MeanRow[] {
  const epochs = thin(Array.from(history), Math.max(2, Math.floor(ROWS / edges.length)));
  return epochs.flatMap(({ epoch, mean }) =>
    edges.map(({ cell, title, candidates }, e) => ({
      ...(cell && { cell }),
      edge: title,
      epoch,
      means: operations.map((_, o) => (candidates.includes(o) ? Number(mean[e][o].toFixed(4)) : null)),
    })),
  );
}

export function trajectorySpecification(
  rows: readonly MeanRow[],
  labels: Labels,
  note: string,
  stages: readonly StageMark[],
  page?: number,
): Specification {
  const { color } = operationChannels(labels);
  const uniform = uniformWeight(labels);
  const means = rows.flatMap((row) => row.means).filter((mean) => mean !== null);
  const y = {
    type: "quantitative",
    title: null,
    scale: {
      domain: extent([...means, ...(uniform === null ? [] : [uniform - 0.05, uniform + 0.05])]),
      nice: false,
      padding: 6,
    },
    axis: { tickCount: 5, minExtent: 30 },
  };
  const x = epochAxis(
    rows.map(({ epoch }) => epoch),
    labels.edges.length > 9 ? 4 : 10,
  );
  const panels = edgePanels(
    rows,
    labels,
    {
      transform: [
        { calculate: JSON.stringify(labels.operations.map(({ title }) => title)), as: "operations" },
        { flatten: ["means", "operations"], as: ["mean", "operation"] },
        { filter: "isValid(datum.mean)" },
      ],
      layer: [
        ...(uniform === null
          ? []
          : [
              {
                data: { values: [{}] },
                mark: { type: "rule", color: grey, strokeDash: [3, 3] },
                encoding: { y: { datum: uniform, ...y } },
              },
            ]),
        ...stageRules(stages),
        {
          mark: { type: "line", strokeWidth: 2, point: rows.length <= 200 && { size: 18 } },
          encoding: {
            x,
            y: { field: "mean", ...y },
            color: { ...color, legend: operationLegend },
            tooltip: [
              { field: "epoch", type: "quantitative" },
              { field: "operation", type: "nominal" },
              { field: "mean", type: "quantitative", format: ".4f" },
            ],
          },
        },
      ],
      sizes: [
        { width: 192, height: 120 },
        { width: 112, height: 76 },
      ],
    },
    page,
  );
  const key = uniform === null ? "" : `╌╌ uniform, ${uniformShare(labels)}`;
  return chart("Mean weight of each operation, by edge", [key, note, stageNote(stages)], panels, page);
}

const extent = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];

/** The figure of a history's mean weights; an empty one is a UserError. @param stages where the network changed. */
export function trajectoryFigure(
  history: readonly EpochRecord[],
  labels: Labels,
  note = "",
  stages: readonly StageMark[] = [],
): Figure {
  if (history.length === 0) throw new UserError("trajectory: no epoch is finished yet; run a stage first");
  const last = history[history.length - 1];
  const table = textTable([
    ["edge", ...labels.operations.map(({ title }) => title)],
    ...labels.edges.map((edge, e) => [
      fullTitle(edge),
      ...last.mean[e].map((mean, o) => (edge.candidates.includes(o) ? mean.toFixed(3) : "")),
    ]),
  ]);
  const words = [`Mean weights by edge, after epoch ${last.epoch}`, note, stageNote(stages), table];
  const rows = meanRows(history, labels);
  return new Figure(
    (page) => trajectorySpecification(rows, labels, note, stages, page),
    words.filter(Boolean).join("\n"),
  );
}
