// The stages of a progressive search in numbers: what the network had in each, and what a step of it cost.
import { type EpochRecord, median, type SearchRun, type StageRecord } from "../trainer";
import type { MimeBundle } from "./bundle";
import { markdownTable, textTable } from "./words";

/** A stage's row. */
export interface StageRow {
  readonly stage: number;
  readonly firstEpoch: number;
  readonly epochs: number;
  /** Operations on an edge, the fewest and the most. */
  readonly operations: readonly [number, number];
  readonly partialChannels: number;
  /** Median of its epochs'; NaN before the first has ended. */
  readonly secondsPerStep: number;
  /** The largest resident set at the end of one of its epochs. */
  readonly residentBytes: number;
}

export function stageRows(stages: readonly StageRecord[], history: readonly EpochRecord[]): StageRow[] {
  return stages.map(({ stage, epoch, kept, partialChannels }, k) => {
    const end = stages[k + 1]?.epoch ?? Number.POSITIVE_INFINITY;
    const own = history.filter((record) => record.epoch >= epoch && record.epoch < end);
    const counts = kept.map((row) => row.length);
    return {
      stage,
      firstEpoch: epoch,
      epochs: own.length,
      operations: [Math.min(...counts), Math.max(...counts)],
      partialChannels,
      secondsPerStep: median(own.map(({ secondsPerStep }) => secondsPerStep)),
      residentBytes: Math.max(0, ...own.map(({ residentBytes }) => residentBytes)),
    };
  });
}

/** The stages as a table; memory is the whole process's, which keeps what it was once given. */
export function stageTable(run: SearchRun, note: string): MimeBundle {
  const heading = ["stage", "epochs", "operations an edge", "K", "ms a step", "memory (MB)"];
  const rows = stageRows(run.stages, run.history).map((row) => {
    const [least, most] = row.operations;
    const last = row.firstEpoch + row.epochs - 1;
    return [
      String(row.stage),
      row.epochs === 0 ? `from ${row.firstEpoch}` : row.epochs === 1 ? String(last) : `${row.firstEpoch}–${last}`,
      least === most ? String(most) : `${least}–${most}`,
      String(row.partialChannels),
      row.epochs > 0 ? (1000 * row.secondsPerStep).toFixed(0) : "–",
      row.epochs > 0 ? (row.residentBytes / 1e6).toFixed(0) : "–",
    ];
  });
  return {
    "text/markdown": [...(note ? [`${note}.`, ""] : []), markdownTable([heading, ...rows], "---:")].join("\n"),
    "text/plain": [...(note ? [note] : []), textTable([heading, ...rows])].join("\n"),
  };
}
