export { type SearchDocument, searchDocument } from "./document";
export { type LoggedEvent, parseEvents, readEvents } from "./event-log";
export { type OpenOptions, openRun } from "./open";
export { type CheckpointInput, type Keeping, Run } from "./run";
export { parseSettings } from "./settings-file";
