export type { EpochRecord, Progress, RunEvents, Score, StepRecord } from "./events";
export { History, SearchRun, type StageOptions } from "./run";
