// Where a step's time goes, epoch by epoch: the median of each part.
import { UserError } from "../errors";
import { median, type StepRecord } from "../trainer";
import { chart, pageWidth, thin, wholeTicks } from "./chart";
import type { Specification } from "./draw";
import { Figure } from "./figure";
import { textTable } from "./words";

/** The parts of a step by their titles, in the order in which they come, with colours that every eye tells apart. */
export const parts = [
  ["images", "#e69f00"],
  ["architecture half-step", "#785ef0"],
  ["weight half-step", "#05623a"],
  ["rest", "#8a8a8a"],
] as const;

export interface StepTimeRow {
  readonly epoch: number;
  readonly part: (typeof parts)[number][0];
  /** Median of the epoch's steps. */
  readonly milliseconds: number;
}

/** Epochs that a figure tells apart. */
const EPOCHS = 60;

/** Four rows an epoch. */
export function stepTimeRows(steps: readonly StepRecord[]): StepTimeRow[] {
  const epochs = thin([...new Set(steps.map(({ epoch }) => epoch))], EPOCHS);
  return epochs.flatMap((epoch) => {
    const own = steps.filter((step) => step.epoch === epoch);
    const of = (value: (step: StepRecord) => number) => Number((1000 * median(own.map(value))).toFixed(3));
    const values = [
      of(({ imageSeconds }) => imageSeconds),
      of(({ architectureSeconds }) => architectureSeconds),
      of(({ weightSeconds }) => weightSeconds),
      of((step) => Math.max(0, step.seconds - step.imageSeconds - step.architectureSeconds - step.weightSeconds)),
    ];
    return parts.map(([part], k) => ({ epoch, part, milliseconds: values[k] }));
  });
}

export function stepTimesSpecification(
  rows: readonly StepTimeRow[],
  notes: readonly string[],
  page: number = pageWidth,
): Specification {
  const epochs = rows.map(({ epoch }) => epoch);
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  const titles = parts.map(([title]) => title);
  const width = page - 90;
  const body = {
    width,
    height: 200,
    data: { values: rows },
    transform: [{ calculate: `indexof(${JSON.stringify(titles)}, datum.part)`, as: "order" }],
    mark: { type: "bar", width: Math.max(2, Math.min(40, Math.floor((0.8 * width) / (last - first + 1)))) },
    encoding: {
      x: {
        field: "epoch",
        type: "quantitative",
        title: "epoch",
        scale: { domain: [first - 0.5, last + 0.5], nice: false },
        axis: { grid: false, format: "d", values: wholeTicks(first, last, 12) },
      },
      y: {
        field: "milliseconds",
        type: "quantitative",
        stack: "zero",
        title: "median time of a step (ms)",
        axis: { tickCount: 5 },
      },
      color: {
        field: "part",
        type: "nominal",
        scale: { domain: titles, range: parts.map(([, colour]) => colour) },
        legend: {
          title: null,
          orient: "bottom",
          direction: "horizontal",
          columns: page >= 600 ? 4 : 2,
          symbolType: "square",
        },
      },
      order: { field: "order", type: "quantitative" },
      tooltip: [
        { field: "epoch", type: "quantitative" },
        { field: "part" },
        { field: "milliseconds", type: "quantitative", format: ".1f", title: "median (ms)" },
      ],
    },
  };
  return chart(
    "Where a step's time goes",
    ["Medians by epoch, so that the first step's compilation does not count", ...notes],
    body,
    page,
  );
}

/** The figure of a run's step times; without any step a UserError. @param device what computed. */
export function stepTimesFigure(steps: readonly StepRecord[], note = "", device = ""): Figure {
  if (steps.length === 0) throw new UserError("stepTimes: no step is done yet; run a stage first");
  const rows = stepTimeRows(steps);
  const notes = [device, note].filter(Boolean);
  const table = textTable([
    ["epoch", ...parts.map(([part]) => `${part} (ms)`)],
    ...[...new Set(rows.map(({ epoch }) => epoch))].map((epoch) => [
      String(epoch),
      ...rows.filter((row) => row.epoch === epoch).map(({ milliseconds }) => milliseconds.toFixed(1)),
    ]),
  ]);
  const words = ["Where a step's time goes, medians by epoch", ...notes, table].join("\n");
  return new Figure((page) => stepTimesSpecification(rows, notes, page), words);
}
