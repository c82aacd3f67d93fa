// Losses and accuracies of a search by epoch, on the images that train the weights and on those held out.

import { UserError } from "../errors";
import type { EpochRecord } from "../trainer";
import { chart, pageWidth, wholeTicks } from "./chart";
import type { Specification } from "./draw";
import { Figure } from "./figure";
import { type StageMark, stageNote, stageRules } from "./stages";
import { halves } from "./theme";
import { percent, textTable } from "./words";

export interface ScoreRow {
  readonly epoch: number;
  readonly images: "training" | "validation";
  readonly loss: number;
  /** 0 … 1 */
  readonly accuracy: number;
}

/** Two rows an epoch: training, validation. */
export function scoreRows(history: readonly EpochRecord[]): ScoreRow[] {
  return Array.from(history).flatMap(({ epoch, train, valid }): ScoreRow[] => [
    { epoch, images: "training", ...train },
    { epoch, images: "validation", ...valid },
  ]);
}

/** The x axis of everything that goes by epoch: whole numbers, at least two of them. @param limit how many it names. */
export function epochAxis(epochs: readonly number[], limit = 10): Specification {
  const first = Math.min(...epochs);
  const last = Math.max(...epochs, first + 1);
  return {
    field: "epoch",
    type: "quantitative",
    title: "epoch",
    scale: { domain: [first, last], nice: false },
    axis: { format: "d", values: wholeTicks(first, last, limit), grid: false },
  };
}

/** Colour and dash of training and validation, with a legend above. */
export const halfEncoding = {
  color: {
    field: "images",
    type: "nominal",
    scale: { domain: halves.domain, range: halves.colours },
    legend: { title: null, orient: "top", direction: "horizontal", symbolType: "stroke", symbolSize: 400 },
  },
  strokeDash: {
    field: "images",
    type: "nominal",
    scale: { domain: halves.domain, range: halves.dashes },
  },
} as const;

/** Labels of a fraction's axis in per cent. */
const perCent = { labelExpr: "format(100 * datum.value, '~g')" };

export function historySpecification(
  rows: readonly ScoreRow[],
  title: string,
  note: string,
  stages: readonly StageMark[],
  page: number = pageWidth,
): Specification {
  const sideBySide = page >= 600;
  const width = sideBySide ? Math.floor(page / 2) - 80 : page - 80;
  const x = epochAxis(rows.map((row) => row.epoch));
  const panel = (field: "loss" | "accuracy", name: string, labels: object) => {
    const y = {
      field,
      type: "quantitative",
      title: name,
      scale: { zero: false, nice: false, padding: 10 },
      axis: { ...labels, tickCount: 6 },
    };
    const tooltip = [
      { field: "epoch", type: "quantitative" },
      { field: "images", type: "nominal" },
      { field, type: "quantitative", format: ".3f" },
    ];
    return {
      width,
      height: 190,
      layer: [
        ...stageRules(stages),
        { mark: { type: "line", strokeWidth: 2 }, encoding: { x, y, ...halfEncoding } },
        {
          mark: { type: "point", filled: true, size: 30, opacity: 1 },
          encoding: { x, y, color: halfEncoding.color, tooltip },
        },
      ],
    };
  };
  return chart(
    title,
    [note, stageNote(stages)],
    {
      data: { values: rows },
      [sideBySide ? "hconcat" : "vconcat"]: [
        panel("loss", "cross-entropy (nats)", {}),
        panel("accuracy", "accuracy (%)", perCent),
      ],
      spacing: sideBySide ? 36 : 16,
    },
    page,
  );
}

export function historyText(history: readonly EpochRecord[], title: string, note: string): string {
  const table = textTable([
    ["epoch", "train loss", "train accuracy", "valid loss", "valid accuracy", "entropy", "seconds"],
    ...Array.from(history, ({ epoch, train, valid, entropy, seconds }) => [
      String(epoch),
      train.loss.toFixed(4),
      percent(train.accuracy),
      valid.loss.toFixed(4),
      percent(valid.accuracy),
      entropy.toFixed(4),
      seconds.toFixed(1),
    ]),
  ]);
  return [title, note, table].filter(Boolean).join("\n");
}

/** The figure of a history; an empty one is a UserError. @param stages where the network changed. */
export function historyFigure(
  history: readonly EpochRecord[],
  title = "Losses and accuracies",
  note = "",
  stages: readonly StageMark[] = [],
): Figure {
  if (history.length === 0) throw new UserError("history: no epoch is finished yet; run a stage first");
  const rows = scoreRows(history);
  const specification = (page: number) => historySpecification(rows, title, note, stages, page);
  return new Figure(specification, historyText(history, title, [note, stageNote(stages)].filter(Boolean).join("\n")));
}
