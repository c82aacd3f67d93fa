export { type Estimate, kendall, type RankCorrelation, rankCorrelation, ranks, spearman } from "./rank-correlation";
