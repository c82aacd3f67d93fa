export { median } from "./clock";
export type { EpochRecord, Progress, Rollback, RunEvents, Score, StageRecord, StepRecord } from "./events";
export { type Interruption, interruption } from "./interruption";
export { originOf } from "./origin";
export { History, SearchRun, type StageOptions } from "./run";
export type { RunState } from "./state";
export { nextTurn } from "./turn";
