import assert from "node:assert/strict";
import { test } from "node:test";
import { dominantEigenvalue } from "../../src/methods/dominant-eigenvalue";

const goOn = async () => false;

/** ∇ ½ xᵀ A x. */
const quadratic = (rows: number[][]) => (x: Float64Array) =>
  x.map((_, i) => rows[i].reduce((sum, a, j) => sum + a * x[j], 0));

test("is the largest eigenvalue, and not the largest in size", async () => {
  const gradient = quadratic([
    [1, 2],
    [2, -2],
  ]);
  assert.ok(Math.abs((await dominantEigenvalue(new Float64Array(2), gradient, goOn))! - 2) < 1e-9); // the other one is -3
});

test("of a function that is no quadratic, at the place", async () => {
  // f = cos x · eʸ: at (0, 0) the Hessian is diag(-1, 1)
  const gradient = ([x, y]: Float64Array) => Float64Array.of(-Math.sin(x) * Math.exp(y), Math.cos(x) * Math.exp(y));
  assert.ok(Math.abs((await dominantEigenvalue(new Float64Array(2), gradient, goOn))! - 1) < 1e-4);
});

test("ends when interrupted", async () => {
  let asked = 0;
  const answer = await dominantEigenvalue(new Float64Array(5), quadratic([]), async () => {
    asked++;
    return true;
  });
  assert.deepEqual([answer, asked], [null, 1]);
});
