// The flow of the arg-max: which operation led on each edge, and how many edges each led, epoch by epoch.
import { UserError } from "../errors";
import type { EpochRecord } from "../trainer";
import { chart, pageWidth } from "./chart";
import type { Specification } from "./draw";
import { edgeGrid } from "./edge-grid";
import { operationChannels, operationLegend, type Place } from "./edge-panels";
import { fullTitle, type Labels } from "./edges";
import { Figure } from "./figure";
import { spanAxis } from "./spans";
import { textTable } from "./words";

/** An operation that led on an edge for some epochs on end. */
export interface LeaderRow extends Place {
  /** After which epoch it began to lead, and the last in which it did. */
  readonly from: number;
  readonly epoch: number;
  /** Its mean weight at the end of that. */
  readonly mean: number;
}

/** A row a reign: few, however many the epochs are. Of equal weights the first leads, as in `argmax`. */
export function leaderRows(history: readonly EpochRecord[], { edges, operations }: Labels): LeaderRow[] {
  return edges.flatMap(({ cell, title, candidates }, e) => {
    const reigns: LeaderRow[] = [];
    let before = (history[0]?.epoch ?? 1) - 1;
    for (const { epoch, mean } of Array.from(history)) {
      const leader = candidates.reduce((best, o) => (mean[e][o] > mean[e][best] ? o : best));
      const operation = operations[leader].title;
      const last = reigns.at(-1);
      const goesOn = last?.operation === operation;
      const from = goesOn ? last.from : before;
      if (goesOn) reigns.pop();
      reigns.push({
        ...(cell && { cell }),
        edge: title,
        operation,
        from,
        epoch,
        mean: Number(mean[e][leader].toFixed(4)),
      });
      before = epoch;
    }
    return reigns;
  });
}

export interface LedRow {
  readonly epoch: number;
  readonly operation: string;
  /** How many edges it leads, below those of the operations before it. */
  readonly edges: number;
}

/** How many edges each operation led at the end of each epoch in which that changed, and of the first and the last. */
export function ledRows(leaders: readonly LeaderRow[], { operations }: Labels): LedRow[] {
  const epochs = [...new Set(leaders.flatMap(({ from, epoch }) => [from + 1, epoch]))].sort((a, b) => a - b);
  return epochs.flatMap((epoch) => {
    const leading = leaders.filter((row) => row.from < epoch && epoch <= row.epoch);
    return operations.flatMap(({ title }) => {
      const edges = leading.filter(({ operation }) => operation === title).length;
      const ever = leaders.some(({ operation }) => operation === title);
      return ever ? [{ epoch, operation: title, edges }] : [];
    });
  });
}

export function leadersSpecification(
  rows: readonly LeaderRow[],
  labels: Labels,
  note: string,
  page: number = pageWidth,
): Specification {
  const { color, titles } = operationChannels(labels);
  const legend = { ...operationLegend, symbolType: "square", symbolSize: 90, columns: page >= 600 ? 5 : 3 };
  const x = spanAxis(rows, page);
  const panel = (_: number, y: Specification): Specification => ({
    mark: { type: "rect" },
    encoding: {
      ...x,
      y: { ...y, scale: { ...(y.scale as object), paddingInner: 0.25 } },
      color: { ...color, legend },
      tooltip: [
        { field: "edge" },
        { field: "operation" },
        { field: "from", type: "quantitative", title: "after epoch" },
        { field: "epoch", type: "quantitative", title: "to epoch" },
        { field: "mean", type: "quantitative", format: ".4f", title: "mean weight then" },
      ],
    },
  });
  const led: Specification = {
    width: page - 96,
    height: 110,
    data: { values: ledRows(rows, labels) },
    transform: [
      { calculate: `indexof(${JSON.stringify(titles)}, datum.operation)`, as: "order" },
      { calculate: "datum.epoch - 0.5", as: "middle" },
    ],
    mark: { type: "area", interpolate: "step" },
    encoding: {
      x: { ...x.x, field: "middle" },
      y: {
        field: "edges",
        type: "quantitative",
        stack: "zero",
        title: "edges led",
        scale: { domain: [0, labels.edges.length], nice: false },
        axis: { tickMinStep: 1, tickCount: 5, format: "d", minExtent: 84 - 24, maxExtent: 84 - 24 },
      },
      color: { ...color, legend },
      order: { field: "order", type: "quantitative" },
      tooltip: [
        { field: "epoch", type: "quantitative" },
        { field: "operation" },
        { field: "edges", type: "quantitative" },
      ],
    },
  };
  const body = { vconcat: [edgeGrid(rows, labels, panel, page, 18), led], spacing: 22 };
  return chart("Which operation led when, by edge", ["The operation of the largest mean weight", note], body, page);
}

/** The figure of who led; an empty history is a UserError. */
export function leadersFigure(history: readonly EpochRecord[], labels: Labels, note = ""): Figure {
  if (history.length === 0) throw new UserError("leaders: no epoch is finished yet; run a stage first");
  const rows = leaderRows(history, labels);
  const reigns = labels.edges.map((edge) => {
    const own = rows.filter((row) => row.edge === edge.title && (row.cell ?? "") === edge.cell);
    const words = own.map(
      ({ operation, from, epoch }) => `${operation} ${from + 1}${epoch > from + 1 ? `–${epoch}` : ""}`,
    );
    return [fullTitle(edge), words.join(", ")];
  });
  const table = textTable([["edge", "led in epochs"], ...reigns]);
  const words = ["Which operation had the largest mean weight, by edge", note, table].filter(Boolean).join("\n");
  return new Figure((page) => leadersSpecification(rows, labels, note, page), words);
}
