export { type AccuracyRangeOptions, type AccuracyRangeRow, accuracyRange } from "./accuracy-range";
export { type AgreementRow, agreement } from "./agreement";
export {
  type BoundedDraws,
  type BoundedRequest,
  type Budget,
  type CostMeasure,
  costMeasure,
  drawBounded,
  effectiveSamples,
} from "./budget";
export { drawArchitecture, probabilityUnder } from "./draw";
export { type EigenvalueRow, eigenvalues } from "./eigenvalues";
export { frontOf } from "./front";
export { checkRuns, type Named, named, type Runs } from "./named-runs";
export { openScores } from "./open-scores";
export { type OperationCountRow, operationCounts } from "./operation-counts";
export { type Proposition1Row, proposition1 } from "./proposition1";
export { type PublishedCorrelation, publishedCorrelations } from "./published-correlations";
export { type Estimate, kendall, type RankCorrelation, rankCorrelation, ranks, spearman } from "./rank-correlation";
export { Regret, type RegretOptions, regret, type SimulatedRuns } from "./regret";
export { type ScoreOptions, type ScoreProgress, scoreArchitectures } from "./score";
export { type ScoreInput, type ScoreSettings, scoreSettings } from "./score-settings";
export { type ScoreRow, ScoreTable } from "./score-table";
export { type Candidate, Selection, type SelectOptions, select } from "./select";
