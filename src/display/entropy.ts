// How undecided the edges are, step by step: the mean entropy of the operations' mean weights, beside that of the uniform.

import { UserError } from "../errors";
import type { StepRecord } from "../trainer";
import { chart, pageWidth, thin, wholeTicks } from "./chart";
import type { Specification } from "./draw";
import { type Labels, uniformWeight } from "./edges";
import { Figure } from "./figure";
import { accent, grey, neutral } from "./theme";

export interface EntropyRow {
  readonly step: number;
  /** Nats. */
  readonly entropy: number;
}

/** Points that a curve keeps: more than its pixels tell apart are left out, evenly, never averaged. */
const POINTS = 400;

/** One row a step, of at most 400 steps evenly chosen, the first and the last among them. */
export function entropyRows(steps: readonly StepRecord[]): EntropyRow[] {
  return thin(steps, POINTS).map(({ step, entropy }) => ({ step, entropy }));
}

/** The entropy of an edge's uniform distribution, averaged over the edges. */
export function uniformEntropy(labels: Labels): number {
  const logs = labels.edges.map(({ candidates }) => Math.log(candidates.length));
  return logs.reduce((sum, log) => sum + log, 0) / logs.length;
}

/** The words at the line of the uniform distribution: "uniform, ln 5 = 1.609", without the logarithm where edges differ. */
export function uniformLabel(labels: Labels): string {
  const logarithm = uniformWeight(labels) === null ? "" : `ln ${labels.edges[0].candidates.length} = `;
  return `uniform, ${logarithm}${uniformEntropy(labels).toFixed(3)}`;
}

/** The curve under its reference line, without title: for a figure of its own and for the live display. */
export function entropyPanel(rows: readonly EntropyRow[], labels: Labels, x: Specification): Specification {
  const highest = uniformEntropy(labels);
  const lowest = Math.min(highest - 0.01, ...rows.map(({ entropy }) => entropy)); // else a new run's axis has no extent
  const y = {
    type: "quantitative",
    title: "mean entropy (nats)",
    scale: { domain: [lowest, highest], nice: false, padding: 16 },
    axis: { tickCount: 5 },
  };
  const uniform = { datum: highest, ...y };
  return {
    data: { values: rows },
    layer: [
      { mark: { type: "rule", color: grey, strokeDash: [4, 3] }, encoding: { y: uniform } },
      {
        data: { values: [{}] },
        mark: {
          type: "text",
          style: "guide-label",
          color: grey, // Vega-Lite would make it black, on dark too
          fontSize: 11,
          text: uniformLabel(labels),
          align: "right",
          baseline: "bottom",
          dy: -3,
          x: "width",
        },
        encoding: { y: uniform },
      },
      {
        mark: { type: "line", strokeWidth: 2, color: neutral },
        encoding: { x: { field: "step", type: "quantitative", ...x }, y: { field: "entropy", ...y } },
      },
    ],
  };
}

export function entropySpecification(
  rows: readonly EntropyRow[],
  labels: Labels,
  note: string,
  page: number = pageWidth,
): Specification {
  const last = rows[rows.length - 1];
  const x = {
    title: "step",
    scale: { domain: [0, last.step], nice: false },
    axis: { grid: false, format: ",d", values: wholeTicks(0, last.step, Math.round(page / 60)) },
  };
  const panel = entropyPanel(rows, labels, x) as { layer: Specification[] };
  const end = {
    data: { values: [last] },
    mark: { type: "point", filled: true, size: 50, opacity: 1, color: accent },
    encoding: {
      x: { field: "step", type: "quantitative" },
      y: { field: "entropy", type: "quantitative" },
      tooltip: ["step", "entropy"].map((field) => ({ field, type: "quantitative" })),
    },
  };
  return chart(
    "Entropy of the distribution",
    ["Entropy of each edge's mean weights, averaged over the edges", note],
    {
      width: page - 100,
      height: 220,
      ...panel,
      layer: [...panel.layer, end],
    },
    page,
  );
}

/** The figure of a run's entropy; without any step a UserError. */
export function entropyFigure(steps: readonly StepRecord[], labels: Labels, note = ""): Figure {
  if (steps.length === 0) throw new UserError("entropy: no step is done yet; run a stage first");
  const rows = entropyRows(steps);
  const [first, last] = [rows[0], rows[rows.length - 1]];
  const text = [
    "Mean entropy of the edges' mean weights, nats",
    note,
    `${uniformLabel(labels)}; step ${first.step}: ${first.entropy.toFixed(4)}; step ${last.step}: ${last.entropy.toFixed(4)}`,
  ];
  return new Figure((page) => entropySpecification(rows, labels, note, page), text.filter(Boolean).join("\n"));
}
