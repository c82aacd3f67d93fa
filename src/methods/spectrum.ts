// The eigenvalues of a symmetric matrix that is known by its products with vectors, the largest (signed) one foremost.
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { RandomStream } from "../backend/random";

export type Product = (v: Float64Array) => Float64Array;

export interface Spectrum {
  /** The largest. */
  readonly eigenvalue: number;
  /** The smallest; null where the matrix is too large to be made. */
  readonly smallest: number | null;
  /** The matrix's diagonal; null likewise. */
  readonly diagonal: readonly number[] | null;
}

/** Up to here the whole matrix is made, a product a column. */
const DENSE = 64;
/** Lanczos goes on until the residual is this small, relative to the largest eigenvalue by size that it has seen, */
const TOLERANCE = 1e-3;
/** or for so many products. */
const MOST = 40;
/** How far a gradient's argument is moved to either side. */
const STEP = 0.01;

/**
 * The dominant eigenvalue: exactly of the whole matrix, made symmetric, of up to 64 rows (R-DARTS, Zela et al., ICLR 2020, section 4);
 * of larger ones by Lanczos's iteration with full reorthogonalisation, from a start that is always the same.
 * @param interrupted is asked before each product. @returns null if interrupted.
 */
export async function spectrum(
  size: number,
  product: Product,
  interrupted: () => Promise<boolean>,
): Promise<Spectrum | null> {
  return size <= DENSE ? dense(size, product, interrupted) : lanczos(size, product, interrupted);
}

/** The Hessian's products by central differences of the gradient: two gradients each, moved by 0.01 in all. */
export function differences(x: Float64Array, gradient: (x: Float64Array) => Float64Array, step = STEP): Product {
  return (v) => {
    const length = norm(v);
    if (length === 0) return new Float64Array(x.length);
    const at = (by: number) => gradient(x.map((value, k) => value + (by * v[k]) / length));
    const [up, down] = [at(step), at(-step)];
    return up.map((g, k) => ((g - down[k]) / (2 * step)) * length);
  };
}

async function dense(size: number, product: Product, interrupted: () => Promise<boolean>): Promise<Spectrum | null> {
  const columns: Float64Array[] = [];
  for (let k = 0; k < size; k++) {
    if (await interrupted()) return null;
    columns.push(product(new Float64Array(size).fill(1, k, k + 1)));
  }
  const rows = columns.map((column, j) => Array.from(column, (h, k) => (h + columns[k][j]) / 2));
  const { realEigenvalues } = eigen(rows);
  return {
    eigenvalue: Math.max(...realEigenvalues),
    smallest: Math.min(...realEigenvalues),
    diagonal: rows.map((row, k) => row[k]),
  };
}

async function lanczos(size: number, product: Product, interrupted: () => Promise<boolean>): Promise<Spectrum | null> {
  const stream = new RandomStream(0, "Lanczos");
  const basis = [unit(Float64Array.from({ length: size }, () => stream.normal()))];
  const diagonal: number[] = [];
  const beside: number[] = [];
  while (true) {
    if (await interrupted()) return null;
    const last = basis.at(-1)!;
    const rest = product(last).slice();
    diagonal.push(dot(rest, last));
    for (const _ of ["once", "again"]) for (const each of basis) subtract(rest, each, dot(rest, each)); // what rounding left of them
    const { realEigenvalues, eigenvectorMatrix } = eigen(tridiagonal(diagonal, beside));
    const value = Math.max(...realEigenvalues);
    const residual = norm(rest) * Math.abs(eigenvectorMatrix.get(basis.length - 1, realEigenvalues.indexOf(value)));
    const scale = Math.max(...realEigenvalues.map(Math.abs));
    if (residual <= TOLERANCE * scale || basis.length === Math.min(size, MOST))
      return { eigenvalue: value, smallest: null, diagonal: null };
    beside.push(norm(rest));
    basis.push(unit(rest));
  }
}

const eigen = (rows: number[][]) => new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true });

const tridiagonal = (diagonal: readonly number[], beside: readonly number[]): number[][] =>
  diagonal.map((value, j) =>
    diagonal.map((_, k) => (j === k ? value : Math.abs(j - k) === 1 ? beside[Math.min(j, k)] : 0)),
  );

const dot = (x: Float64Array, y: Float64Array): number => x.reduce((sum, value, k) => sum + value * y[k], 0);
const norm = (x: Float64Array): number => Math.sqrt(dot(x, x));

function unit(x: Float64Array): Float64Array {
  const length = norm(x);
  return x.map((value) => value / length);
}

function subtract(from: Float64Array, x: Float64Array, factor: number): void {
  for (let k = 0; k < from.length; k++) from[k] -= factor * x[k];
}
