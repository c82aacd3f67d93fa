import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, RandomStream, useBackend } from "../../src/backend";
import { datasets } from "../../src/datasets";
import { type Method, methods } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { SearchRun } from "../../src/trainer";

/** Small images of noise: every kernel runs as on large ones. */
const stream = new RandomStream(0);
const images = datasets.fromArrays({
  train: {
    images: Uint8Array.from({ length: 48 * 64 }, () => stream.below(256)),
    labels: Uint8Array.from({ length: 48 }, (_, k) => k % 10),
  },
  shape: [8, 8, 1],
});

/** Ten steps, interrupted after the third. */
async function tenSteps(method: Method) {
  const settings = { channels: 4, cells: 1, batch: 4, epochs: 2, stepsPerEpoch: 5 };
  const run = new SearchRun(method, spaces.nasBench201(), images, settings);
  const controller = new AbortController();
  run.on("step", ({ step }) => step === 3 && controller.abort());
  await run.stage({ signal: controller.signal });
  assert.equal(run.status, "interrupted");
  assert.equal(run.steps.length, 3);
  await run.stage();
  const told = run.steps.map(({ trainLoss, searchLoss, entropy }) => [trainLoss, searchLoss, entropy]);
  const eta = run.eta.map((row) => Array.from(row));
  run.dispose();
  return { told, eta };
}

for (const backend of ["native", "wasm"] satisfies BackendName[]) {
  suite(`ten steps on ${backend}`, () => {
    before(() => useBackend(backend));

    // those with planned stages are their methods in other sizes
    for (const method of Object.values(methods).filter(({ settings }) => !settings.stages)) {
      test(`${method.name} is finite, leaves no tensor and gives the same again`, async () => {
        const tensors = tf.memory().numTensors;
        const first = await tenSteps(method);
        assert.equal(tf.memory().numTensors, tensors);
        assert.equal(first.told.length, 10);
        assert.ok(first.told.flat().every((x) => x === null || Number.isFinite(x)));
        assert.ok(first.eta.flat().every(Number.isFinite));
        assert.deepEqual(await tenSteps(method), first);
      });
    }
  });
}
