export { type AccuracyRangeOptions, type AccuracyRangeRow, accuracyRange } from "./accuracy-range";
export { type AgreementRow, agreement } from "./agreement";
export { drawArchitecture, probabilityUnder } from "./draw";
export { type EigenvalueRow, eigenvalues } from "./eigenvalues";
export { checkRuns, type Named, named, type Runs } from "./named-runs";
export { type OperationCountRow, operationCounts } from "./operation-counts";
export { type Proposition1Row, proposition1 } from "./proposition1";
