import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Adam, emptyAdam } from "../../src/methods/adam";
import { packageRoot } from "../../src/root";

test("Adam with coupled decay follows PyTorch's", () => {
  const { start, gradients, trajectory } = JSON.parse(readFileSync(join(packageRoot, "test/golden/adam.json"), "utf8"));
  const x = Float64Array.from(start);
  const adam = new Adam({ learningRate: 3e-4, betas: [0.5, 0.999], weightDecay: 1e-3 }, emptyAdam(x.length));
  gradients.forEach((gradient: number[], k: number) => {
    adam.step(x, gradient);
    for (const [i, value] of x.entries())
      assert.ok(Math.abs(value - trajectory[k][i]) < 1e-14, `step ${k}, entry ${i}`);
  });
});
