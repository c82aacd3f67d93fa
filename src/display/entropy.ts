// How undecided the edges are, step by step: the mean entropy of the operations' mean weights, beside that of the uniform.

import type { StepRecord } from "../trainer";
import { chart, thin, wholeTicks } from "./chart";
import type { Specification } from "./draw";
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

/** The words at the line of the uniform distribution over K operations: "uniform, ln 5 = 1.609". */
export function uniformLabel(operations: number): string {
  return `uniform, ln ${operations} = ${Math.log(operations).toFixed(3)}`;
}

/** The curve under its reference line, without title: for a figure of its own and for the live display. */
export function entropyPanel(rows: readonly EntropyRow[], operations: number, x: Specification): Specification {
  const highest = Math.log(operations);
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
          fontSize: 11,
          text: uniformLabel(operations),
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

export function entropySpecification(rows: readonly EntropyRow[], operations: number, note: string): Specification {
  const last = rows[rows.length - 1];
  const x = {
    title: "step",
    scale: { domain: [0, last.step], nice: false },
    axis: { grid: false, format: ",d", values: wholeTicks(0, last.step, 12) },
  };
  const panel = entropyPanel(rows, operations, x) as { layer: Specification[] };
  const end = {
    data: { values: [last] },
    mark: { type: "point", filled: true, size: 50, opacity: 1, color: accent },
    encoding: {
      x: { field: "step", type: "quantitative" },
      y: { field: "entropy", type: "quantitative" },
      tooltip: ["step", "entropy"].map((field) => ({ field, type: "quantitative" })),
    },
  };
  return chart("Entropy of the distribution", ["Entropy of each edge's mean weights, averaged over the edges", note], {
    width: 620,
    height: 220,
    ...panel,
    layer: [...panel.layer, end],
  });
}

/** The figure of a run's entropy; without any step a RangeError. */
export function entropyFigure(steps: readonly StepRecord[], operations: number, note = ""): Figure {
  if (steps.length === 0) throw new RangeError("entropy: no step is done yet; run a stage first");
  const rows = entropyRows(steps);
  const [first, last] = [rows[0], rows[rows.length - 1]];
  const text = [
    "Mean entropy of the edges' mean weights, nats",
    note,
    `${uniformLabel(operations)}; step ${first.step}: ${first.entropy.toFixed(4)}; step ${last.step}: ${last.entropy.toFixed(4)}`,
  ];
  return new Figure(entropySpecification(rows, operations, note), text.filter(Boolean).join("\n"));
}
