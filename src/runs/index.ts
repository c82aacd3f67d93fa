export { type SearchDocument, searchDocument } from "./document";
export { type LoggedEvent, parseEvents, readEvents } from "./event-log";
export { RunFolder, readResult } from "./folder";
export { type OpenOptions, openRun } from "./open";
export { type RunOverview, runsIn } from "./overview";
export { type CheckpointInput, type Keeping, Run, type RunInput } from "./run";
export { heading, parseSettings, readSettings, refuseTaken, type TabularFile } from "./settings-file";
