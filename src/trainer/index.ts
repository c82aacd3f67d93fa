export type { EpochRecord, Progress, RunEvents, Score, StepRecord } from "./events";
export { originOf } from "./origin";
export { History, SearchRun, type StageOptions } from "./run";
