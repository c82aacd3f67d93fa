// Where the stages of a progressive search begin, as marks in figures that go by epoch.
import type { Specification } from "./draw";
import { grey } from "./theme";

/** A stage that changed the network. */
export interface StageMark {
  /** 1-based. */
  readonly stage: number;
  /** Its first epoch, 1-based. */
  readonly fromEpoch: number;
  /** How many operations an edge has from now on; null: as before. */
  readonly keep: number | null;
  /** K of the partial channels; null: as before. */
  readonly partialChannels: number | null;
}

/** Those that begin in the middle of a history: nothing changes before its first epoch. */
const later = (stages: readonly StageMark[]) => stages.filter(({ fromEpoch }) => fromEpoch > 1);

/** What begins where, in words; "" without stages. */
export function stageNote(stages: readonly StageMark[]): string {
  const words = later(stages).map(({ stage, fromEpoch, keep, partialChannels }) => {
    const changes = [
      keep !== null && `${keep} operations an edge`,
      partialChannels !== null && `K = ${partialChannels}`,
    ];
    const what = changes.filter(Boolean).join(", ");
    return `stage ${stage} from epoch ${fromEpoch}${what && `: ${what}`}`;
  });
  return words.length === 0 ? "" : `┆ ${words.join("; ")}`;
}

/** A rule with the stage's number between the last epoch before it and its first. */
export function stageRules(stages: readonly StageMark[]): Specification[] {
  const values = later(stages).map(({ stage, fromEpoch }) => ({ at: fromEpoch - 0.5, label: `stage ${stage}` }));
  if (values.length === 0) return [];
  const x = { field: "at", type: "quantitative" };
  const label = { style: "guide-label", color: grey, fontSize: 9, align: "left", baseline: "bottom", dx: -1, y: 0 };
  return [
    {
      data: { values },
      mark: { type: "rule", color: grey, strokeDash: [2, 2], strokeWidth: 1.5 },
      encoding: { x },
    },
    { data: { values }, mark: { type: "text", ...label }, encoding: { x, text: { field: "label" } } },
  ];
}
