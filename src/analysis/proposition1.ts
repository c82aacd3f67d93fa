// Proposition 1 of DrNAS (Chen et al., ICLR 2021): learning under Dir(β) penalises the trace of the validation loss's Hessian.
import { UserError } from "../errors";
import type { EpochRecord, SearchRun } from "../trainer";

export interface Proposition1Row {
  readonly epoch: number;
  /** δ: the largest ‖β − 1‖₂ of an edge. */
  readonly delta: number;
  /** tr ∇²L̃ by the logits μ of the mean weights. */
  readonly trace: number;
  /** The smallest eigenvalue; the proposition wants it not to be negative. */
  readonly smallest: number;
  /** ½ tr(Σ ∇²L̃), what E L exceeds L̃(μ) by to the second order. */
  readonly penalty: number;
  /** The proposition's lower bound of it, by each edge's own δ. */
  readonly bound: number;
}

/**
 * By epoch, from the Hessians that a run has taken down. With h ~ N(μ, Σ) the Laplace approximation of Dir(β) in the softmax basis,
 * diagonal: Σ_oo = (1/β_o)(1 − 2/K) + (1/K²) Σ 1/β_o'; where ‖β − 1‖₂ ≤ δ it is at least (1/(1+δ))(1 − 2/K) + (1/K)(1/(1+δ)), and the
 * penalty at least half of that times the trace, provided that no diagonal entry of the Hessian is negative. Where some are, the bound
 * may be missed, and is no more than a number. The sums over edges are inferred: the paper writes one edge.
 * @throws UserError unless the distribution is a Dirichlet and the run has watched the exact Hessian of its logits.
 */
export function proposition1(run: SearchRun): Proposition1Row[] {
  const { distribution, earlyStop } = run.settings.architecture;
  if (distribution.kind !== "dirichlet")
    throw new UserError(
      `proposition1: it is of Dirichlets, and ${run.method.title} learns a "${distribution.kind}"; give a run of DrNAS`,
    );
  const records = Array.from(run.history).filter(({ hessianDiagonal }) => hessianDiagonal);
  const wanted = earlyStop.of === "logits" && earlyStop.regulariser === false && earlyStop.derivatives === "exact";
  if (!wanted || records.length === 0)
    throw new UserError(
      'proposition1: the run has taken down no exact Hessian of the logits; start one on a space of at most 64 parameters with the setting architecture: { earlyStop: { kind: "watch" } }',
    );
  return records.map(rowOf);
}

function rowOf({ epoch, rows, hessianDiagonal, smallestEigenvalue }: EpochRecord): Proposition1Row {
  let at = 0;
  const edges = rows.map((row) => {
    const concentration = (row as Extract<typeof row, { kind: "dirichlet" }>).concentration;
    const curvatures = hessianDiagonal!.slice(at, at + concentration.length);
    at += concentration.length;
    return edgeOf(concentration, curvatures);
  });
  const sum = (value: (edge: (typeof edges)[number]) => number) =>
    edges.reduce((total, edge) => total + value(edge), 0);
  return {
    epoch,
    delta: Math.max(...edges.map(({ delta }) => delta)),
    trace: sum(({ trace }) => trace),
    smallest: smallestEigenvalue!,
    penalty: sum(({ penalty }) => penalty),
    bound: sum(({ bound }) => bound),
  };
}

function edgeOf(concentration: readonly number[], curvatures: readonly number[]) {
  const K = concentration.length;
  const inverses = concentration.reduce((sum, beta) => sum + 1 / beta, 0);
  const variances = concentration.map((beta) => (1 / beta) * (1 - 2 / K) + inverses / K ** 2);
  const delta = Math.hypot(...concentration.map((beta) => beta - 1));
  const trace = curvatures.reduce((sum, h) => sum + h, 0);
  return {
    delta,
    trace,
    penalty: variances.reduce((sum, variance, o) => sum + variance * curvatures[o], 0) / 2,
    bound: ((1 - 2 / K + 1 / K) / (1 + delta) / 2) * trace,
  };
}
