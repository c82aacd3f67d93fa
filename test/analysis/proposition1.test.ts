import assert from "node:assert/strict";
import { test } from "node:test";
import { proposition1 } from "../../src/analysis";
import { Dirichlet, recordOf } from "../../src/distributions";
import { madeUpRun, watchedRun } from "../display/gallery";
import { blackImages } from "./black-images";

const data = blackImages();

const close = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 1e-12 * Math.abs(b), `${a}, not ${b}`);

test("at β = 1 the bound is the penalty itself", () => {
  const run = watchedRun(data, "drnas", 1, 0, 2);
  const rows = run.history[0].rows.map(() => recordOf(new Dirichlet(new Float64Array(5).fill(1))));
  run.history[0] = { ...run.history[0], rows };
  const [{ delta, trace, penalty, bound }] = proposition1(run);
  assert.equal(delta, 0);
  close(penalty, bound);
  // ½ (1 − 1/K) tr
  close(bound, 0.4 * trace);
  close(
    trace,
    run.history[0].hessianDiagonal!.reduce((sum, h) => sum + h, 0),
  );
});

test("elsewhere it holds where no diagonal entry is negative, and Σ is the Laplace approximation's", () => {
  const run = watchedRun(data, "drnas", 6, 3, 2);
  const found = proposition1(run);
  assert.equal(found.length, 6);
  found.forEach(({ penalty, bound, delta }, k) => {
    assert.ok(delta > 0 && bound < penalty, `${bound}, ${penalty}`);
    // Σ = P diag(1/β) P with P = I − 1/K, the inverse of the Hessian of −ln Dir(softmax h) where Σ h = 0; its diagonal, by the product
    const { rows, hessianDiagonal } = run.history[k];
    const expected = rows.reduce((sum, row, e) => {
      const { concentration } = row as Extract<typeof row, { kind: "dirichlet" }>;
      return concentration.reduce((sum, _, o) => {
        const variance = concentration.reduce((v, beta, j) => v + ((o === j ? 1 : 0) - 1 / 5) ** 2 / beta, 0);
        return sum + (variance * hessianDiagonal![5 * e + o]) / 2;
      }, sum);
    }, 0);
    close(penalty, expected);
  });
});

test("other distributions, and runs that watched nothing, are refused", () => {
  assert.throws(
    () => proposition1(watchedRun(data, "darts", 2, 0, 2)),
    /it is of Dirichlets, and .* learns a "point-mass"/,
  );
  assert.throws(
    () => proposition1(madeUpRun(data, "drnas", 2, 0)),
    /the run has taken down no exact Hessian of the logits; start one/,
  );
});
