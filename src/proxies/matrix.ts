// Linear algebra in float64 on the host, of matrices with a row and a column for each image.
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from "ml-matrix";

/** A symmetric matrix. @param entry called for j ≤ i. */
export function symmetric(rows: number, entry: (i: number, j: number) => number): Matrix {
  const matrix = Matrix.zeros(rows, rows);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j <= i; j++) {
      const value = entry(i, j);
      matrix.set(i, j, value);
      matrix.set(j, i, value);
    }
  return matrix;
}

/** The logarithm of a positive definite matrix's determinant; null if it is not one. */
export function logDeterminant(matrix: Matrix): number | null {
  const cholesky = new CholeskyDecomposition(matrix);
  if (!cholesky.isPositiveDefinite()) return null;
  return 2 * cholesky.lowerTriangularMatrix.diagonal().reduce((sum, x) => sum + Math.log(x), 0);
}

/** Of a symmetric matrix, the smallest first. */
export const eigenvalues = (matrix: Matrix): number[] =>
  new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues.sort((a, b) => a - b);

/** Pearson's correlations of rows; null where all numbers of a row are the same. */
export function correlations(rows: readonly ArrayLike<number>[]): Matrix | null {
  const units = rows.map(unit);
  return units.includes(null) ? null : symmetric(rows.length, (i, j) => dot(units[i]!, units[j]!));
}

/** A row with mean 0 and norm 1. */
function unit(row: ArrayLike<number>): Float64Array | null {
  const numbers = Float64Array.from(row);
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const centred = numbers.map((x) => x - mean);
  const norm = Math.sqrt(dot(centred, centred));
  return norm > 0 ? centred.map((x) => x / norm) : null;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
