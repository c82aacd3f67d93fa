export {
  type BoundedDraws,
  type Budget,
  type CostMeasure,
  costMeasure,
  drawBounded,
  effectiveSamples,
} from "./budget";
export { drawArchitecture, probabilityUnder } from "./draw";
export { type PublishedCorrelation, publishedCorrelations } from "./published-correlations";
export { type Estimate, kendall, type RankCorrelation, rankCorrelation, ranks, spearman } from "./rank-correlation";
export {
  type ScoreOptions,
  type ScoreProgress,
  type ScoreRow,
  type ScoreSettings,
  ScoreTable,
  scoreArchitectures,
  scoreSettings,
} from "./score";
export { openScores } from "./score-file";
export { type Candidate, Selection, type SelectOptions, select } from "./select";
