// The largest eigenvalue of the validation loss's Hessian by the distribution's parameters (R-DARTS, Zela et al., ICLR 2020, section 4).
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** How far a parameter is moved to either side. */
const STEP = 0.01;

/**
 * The largest (signed) eigenvalue of the Hessian at `x`, its columns by central differences of the gradient, made symmetric: two
 * gradients for each of the n parameters.
 * @param interrupted is asked before each column. @returns null if interrupted.
 */
export async function dominantEigenvalue(
  x: Float64Array,
  gradient: (x: Float64Array) => Float64Array,
  interrupted: () => Promise<boolean>,
): Promise<number | null> {
  const columns: Float64Array[] = [];
  for (let k = 0; k < x.length; k++) {
    if (await interrupted()) return null;
    const at = (offset: number) => gradient(x.map((value, j) => (j === k ? value + offset : value)));
    const [up, down] = [at(STEP), at(-STEP)];
    columns.push(up.map((g, j) => (g - down[j]) / (2 * STEP)));
  }
  const rows = columns.map((column, j) => Array.from(column, (h, k) => (h + columns[k][j]) / 2));
  return Math.max(...new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true }).realEigenvalues);
}
