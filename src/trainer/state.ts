// All that a search has changed, as plain values: what a run is saved as and goes on from.
import type { Picks } from "../spaces";
import type { EpochRecord, Rollback, StageRecord, StepRecord } from "./events";
import type { SessionState, Shape } from "./session";
import type { Snapshot } from "./snapshot";

/** The end of an epoch that the search may go back to. */
export interface Mark {
  readonly weights: Snapshot;
  readonly learner: object;
  /** Steps that were done. */
  readonly steps: number;
}

/** Sums over an epoch that is under way. */
export interface Running {
  step: number;
  loss: number;
  correct: number;
  seconds: number[];
}

/** A run between two steps. Random streams are not in it: they follow from the seed and the step's number. */
export interface RunState {
  readonly history: readonly EpochRecord[];
  readonly steps: StepColumns;
  readonly rollbacks: readonly Rollback[];
  readonly stages: readonly StageRecord[];
  /** Calls of `stage`. */
  readonly calls: number;
  readonly shape: Shape;
  readonly under: Readonly<Running>;
  readonly derived: { readonly step: number; readonly picks: Picks } | null;
  readonly learner: object;
  readonly marks: readonly (Mark & { readonly epoch: number })[];
  /** Weights and momentum; null before the first stage. */
  readonly session: SessionState | null;
}

/** The records of the steps, by field; NaN stands for null. They are many. */
export type StepColumns = { readonly [Field in keyof StepRecord]: Float64Array };

/** All there are: the type of what the names are taken from sees to that. */
const FIELDS = Object.keys({
  step: 0,
  epoch: 0,
  trainLoss: 0,
  trainAccuracy: 0,
  searchLoss: 0,
  entropy: 0,
  seconds: 0,
  imageSeconds: 0,
  architectureSeconds: 0,
  weightSeconds: 0,
} satisfies Record<keyof StepRecord, 0>) as (keyof StepRecord)[];

export const columnsOf = (steps: readonly StepRecord[]): StepColumns =>
  Object.fromEntries(
    FIELDS.map((field) => [field, Float64Array.from(steps, (record) => record[field] ?? Number.NaN)]),
  ) as StepColumns;

export const recordsOf = (columns: StepColumns): StepRecord[] =>
  Array.from(columns.step, (_, k) => {
    const { searchLoss, ...values } = Object.fromEntries(FIELDS.map((field) => [field, columns[field][k]]));
    return { ...values, searchLoss: Number.isNaN(searchLoss) ? null : searchLoss } as unknown as StepRecord;
  });
