export {
  type BoundedDraws,
  type Budget,
  type CostMeasure,
  costMeasure,
  drawBounded,
  effectiveSamples,
} from "./budget";
export { drawArchitecture, probabilityUnder } from "./draw";
export { openScores } from "./open-scores";
export { type PublishedCorrelation, publishedCorrelations } from "./published-correlations";
export { type Estimate, kendall, type RankCorrelation, rankCorrelation, ranks, spearman } from "./rank-correlation";
export { Regret, type RegretOptions, regret, type SimulatedRuns } from "./regret";
export { type ScoreOptions, type ScoreProgress, scoreArchitectures } from "./score";
export { type ScoreInput, type ScoreSettings, scoreSettings } from "./score-settings";
export { type ScoreRow, ScoreTable } from "./score-table";
export { type Candidate, Selection, type SelectOptions, select } from "./select";
