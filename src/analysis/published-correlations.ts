// Spearman's ρ between training-free scores and accuracies on NAS-Bench-201 with CIFAR-10, as papers print them.

export interface PublishedCorrelation {
  readonly proxy: string;
  /** The least and the most that is printed. */
  readonly low: number;
  readonly high: number;
  readonly source: string;
}

const ABDELFATTAH = "Abdelfattah et al., ICLR 2021, table 2";
/** The lower value; the upper is what later evaluations report. */
const LATER = `${ABDELFATTAH}, to later evaluations (at second hand)`;

/** The lists' architectures, weights and batches are others than ours: they are to be met nearly, not exactly. */
export const publishedCorrelations: readonly PublishedCorrelation[] = [
  { proxy: "synflow", low: 0.74, high: 0.78, source: LATER },
  { proxy: "naswot", low: 0.77, high: 0.77, source: "Mellor et al., ICML 2021 (at second hand)" },
  { proxy: "jacob_cov", low: 0.73, high: 0.73, source: ABDELFATTAH },
  { proxy: "snip", low: 0.58, high: 0.58, source: ABDELFATTAH },
  { proxy: "grad_norm", low: 0.58, high: 0.58, source: ABDELFATTAH },
  { proxy: "grasp", low: 0.48, high: 0.51, source: LATER },
  { proxy: "fisher", low: 0.36, high: 0.36, source: ABDELFATTAH },
];
