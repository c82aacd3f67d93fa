// Ridge regression of an accuracy on operations that are taken or not: a number for each operation on each edge, added up.
import type { Architecture } from "../../spaces";
import type { Evaluation } from "./evaluator";

/** The fitted accuracy of any architecture, in percent: min over w of Σ (y - ȳ - x·w)² + penalty ‖w‖². */
export function ridge(evaluations: readonly Evaluation[], penalty: number): (architecture: Architecture) => number {
  const { edges, operations } = evaluations[0].architecture.space;
  const size = edges.length * operations.length;
  const ones = ({ picks }: Architecture) => picks.flatMap((row, e) => row.map((o) => e * operations.length + o));
  const mean = evaluations.reduce((sum, { accuracy }) => sum + accuracy, 0) / evaluations.length;
  const matrix = Array.from({ length: size }, (_, k) => new Float64Array(size).fill(penalty, k, k + 1));
  const right = new Float64Array(size);
  for (const { architecture, accuracy } of evaluations) {
    for (const i of ones(architecture)) {
      right[i] += accuracy - mean;
      for (const j of ones(architecture)) matrix[i][j]++;
    }
  }
  const weights = solve(matrix, right);
  return (architecture) => ones(architecture).reduce((sum, k) => sum + weights[k], mean);
}

/** The solution of a symmetric, positive definite system [n][n], which therefore needs no pivots. Overwrites both. */
export function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const n = right.length;
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i < n; i++) {
      const factor = matrix[i][k] / matrix[k][k];
      if (factor === 0) continue;
      for (let j = k; j < n; j++) matrix[i][j] -= factor * matrix[k][j];
      right[i] -= factor * right[k];
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) right[i] -= matrix[i][j] * right[j];
    right[i] /= matrix[i][i];
  }
  return right;
}
