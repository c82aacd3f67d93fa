import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend";
import { differences, type Product, spectrum } from "../../src/methods/spectrum";

const goOn = async () => false;

const largest = async (size: number, product: Product) => (await spectrum(size, product, goOn))!.eigenvalue;

/** A x. */
const times = (rows: readonly (readonly number[])[]) => (x: Float64Array) =>
  x.map((_, i) => rows[i].reduce((sum, a, j) => sum + a * x[j], 0));

/** Q diag(values) Qᵀ with Q a product of reflections, so that the eigenvalues are known. */
function withEigenvalues(values: readonly number[]): (v: Float64Array) => Float64Array {
  const stream = new RandomStream(1);
  const axes = Array.from({ length: 3 }, () => Float64Array.from(values, () => stream.normal()));
  const reflected = (x: Float64Array, axis: Float64Array) => {
    const factor = (2 * axis.reduce((sum, a, k) => sum + a * x[k], 0)) / axis.reduce((sum, a) => sum + a * a, 0);
    return x.map((value, k) => value - factor * axis[k]);
  };
  return (v) => {
    const turned = axes.reduce(reflected, v).map((x, k) => x * values[k]);
    return [...axes].reverse().reduce(reflected, turned);
  };
}

test("is the largest eigenvalue, and not the largest in size", async () => {
  const rows = [
    [1, 2],
    [2, -2],
  ];
  assert.ok(Math.abs((await largest(2, times(rows))) - 2) < 1e-9); // the other one is -3
});

for (const size of [30, 196]) {
  test(`of ${size} known eigenvalues, the largest negative one larger in size`, async () => {
    let products = 0;
    const values = Array.from({ length: size }, (_, k) => (k === 0 ? 3 : k === 1 ? -7 : Math.sin(k)));
    const product = withEigenvalues(values);
    const counted = (v: Float64Array) => {
      products++;
      return product(v);
    };
    const found = await largest(size, counted);
    assert.ok(Math.abs(found - 3) < 1e-3, `${found}`);
    assert.ok(products <= (size === 30 ? 30 : 40), `${products} products`);
  });
}

test("with the smallest and the diagonal of a matrix that is small enough to be made", async () => {
  const rows = [
    [1, 2],
    [2, -2],
  ];
  const { smallest, diagonal } = (await spectrum(2, times(rows), goOn))!;
  assert.ok(Math.abs(smallest! + 3) < 1e-9);
  assert.deepEqual(diagonal, [1, -2]);
});

test("a matrix of one eigenvalue, and one of zeros, end at once", async () => {
  assert.ok(Math.abs((await largest(100, (v) => v.map((x) => -2 * x))) + 2) < 1e-12);
  assert.equal(await largest(100, (v) => v.map(() => 0)), 0);
});

test("by differences, of a function that is no quadratic, at the place", async () => {
  // f = cos x · eʸ: at (0, 0) the Hessian is diag(-1, 1)
  const gradient = ([x, y]: Float64Array) => Float64Array.of(-Math.sin(x) * Math.exp(y), Math.cos(x) * Math.exp(y));
  assert.ok(Math.abs((await largest(2, differences(new Float64Array(2), gradient))) - 1) < 1e-4);
});

test("ends when interrupted", async () => {
  for (const size of [5, 100]) {
    let asked = 0;
    const answer = await spectrum(size, times([]), async () => {
      asked++;
      return true;
    });
    assert.deepEqual([answer, asked], [null, 1]);
  }
});
