import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, useBackend } from "../../src/backend";
import { datasets, type ImageDataset } from "../../src/datasets";
import { UserError } from "../../src/errors";
import { methods, type SettingsInput } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { SearchRun } from "../../src/trainer";

let images: ImageDataset;
before(async () => {
  images = (await datasets.fashionMnist()).take({ train: 192, test: 0 });
});

const small: SettingsInput = { channels: 4, cells: 1, batch: 16, epochs: 3, stepsPerEpoch: 3 };
const start = (settings: SettingsInput = {}) =>
  new SearchRun(methods.drnas, spaces.nasBench201(), images, { ...small, ...settings });

/** All that a run knows, times aside. */
const outcome = (run: SearchRun) => ({
  steps: run.steps.map(({ seconds: _, imageSeconds: _i, architectureSeconds: _a, weightSeconds: _w, ...rest }) => rest),
  history: [...run.history].map(({ seconds: _, secondsPerStep: __, residentBytes: ___, ...rest }) => rest),
  eta: run.eta.map((row) => Array.from(row)),
});

async function finished(settings: SettingsInput = {}): Promise<SearchRun> {
  const run = await start(settings).stage();
  run.dispose();
  return run;
}

for (const backend of ["native", "wasm"] satisfies BackendName[]) {
  suite(`a search on ${backend}`, () => {
    before(() => useBackend(backend));

    test("gives the same numbers, bit for bit, from the same seed, and others from another", async () => {
      const [first, again, other] = [await finished(), await finished(), await finished({ seed: 1 })];
      assert.equal(first.steps.length, 9);
      assert.deepEqual(outcome(again), outcome(first));
      assert.notDeepEqual(outcome(other).eta, outcome(first).eta);
    });

    test("goes on after an interrupt as if there had been none", async () => {
      const whole = await finished();
      const run = start();
      const controller = new AbortController();
      const stop = run.on("step", ({ step }) => step === 4 && controller.abort());
      await run.stage({ signal: controller.signal });
      assert.equal(run.status, "interrupted");
      assert.equal(run.steps.length, 4);
      assert.equal(run.history.length, 1);
      stop();
      await run.stage({ epochs: 1 });
      assert.equal(run.history.length, 2);
      await run.stage();
      assert.equal(run.status, "idle");
      run.dispose();
      assert.deepEqual(outcome(run), outcome(whole));
    });

    test("holds the number of tensors constant over 20 steps", async () => {
      const before = tf.memory().numTensors;
      const run = start({ epochs: 1, stepsPerEpoch: 6 });
      const counts: number[] = [];
      run.on("step", () => counts.push(tf.memory().numTensors));
      for (let epoch = 0; epoch < 4; epoch++) await run.stage({ epochs: 1 });
      assert.equal(counts.length, 24);
      assert.deepEqual(new Set(counts.slice(-20)).size, 1, `numTensors: ${counts}`);
      run.dispose();
      assert.equal(tf.memory().numTensors, before);
    });
  });
}

suite("a run", () => {
  before(() => useBackend("native"));

  test("learns: the training loss falls", async () => {
    const run = await finished({ stepsPerEpoch: 6, epochs: 5, channels: 8 });
    const losses = run.history.map(({ train }) => train.loss);
    assert.ok(losses[4] < 0.95 * losses[0], String(losses));
  });

  test("keeps η through the warm-up, and says that there was no search loss", async () => {
    const run = start({ architecture: { warmup: 1 } });
    const before = outcome(run).eta;
    await run.stage({ epochs: 1 });
    assert.deepEqual(outcome(run).eta, before);
    assert.deepEqual(new Set(run.steps.map(({ searchLoss }) => searchLoss)), new Set([null]));
    await run.stage({ epochs: 1 });
    assert.notDeepEqual(outcome(run).eta, before);
    run.dispose();
  });

  test("tells its listeners of the stage, each step, each epoch and the end, in order", async () => {
    const run = start();
    const told: string[] = [];
    for (const event of ["stage", "step", "epoch", "end"] as const) run.on(event, () => told.push(event));
    await run.stage({ epochs: 2 });
    assert.deepEqual(told, ["stage", "step", "step", "step", "epoch", "step", "step", "step", "epoch", "end"]);
    run.dispose();
  });

  test("says how far it is", async () => {
    const run = start();
    const progress: (typeof run.progress)[] = [];
    for (const event of ["stage", "step"] as const) run.on(event, () => progress.push(run.progress));
    await run.stage({ epochs: 2 });
    assert.deepEqual(
      progress.map((p) => [p!.step, p!.steps, p!.epoch, p!.lastEpoch]),
      [
        [0, 6, 1, 2],
        [1, 6, 1, 2],
        [2, 6, 1, 2],
        [3, 6, 1, 2],
        [4, 6, 2, 2],
        [5, 6, 2, 2],
        [6, 6, 2, 2],
      ],
    );
    assert.equal(progress[0]!.phase, "compiling");
    assert.equal(progress[0]!.secondsLeft, null);
    assert.ok(progress.at(-2)!.secondsLeft! > 0);
    assert.equal(run.progress, null);
    run.dispose();
  });

  test("removes a listener that throws, with a warning, and goes on", async () => {
    const run = start();
    let calls = 0;
    run.on("step", () => {
      calls++;
      throw new Error("broken listener");
    });
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
    await run.stage({ epochs: 1 });
    assert.equal(calls, 1);
    assert.match((await warned).message, /a listener of "step" failed and was removed: broken listener/);
    run.dispose();
  });

  test("stops at a loss that is not finite, names the step, and keeps the last good state", async () => {
    const run = start({ weights: { learningRate: 1e18, clip: 1e18 } });
    await assert.rejects(
      run.stage(),
      (error) =>
        error instanceof UserError && /the \w+ step diverged at epoch 1, step \d: its loss is/.test(error.message),
    );
    assert.equal(run.status, "failed");
    assert.ok(outcome(run).eta.flat().every(Number.isFinite));
    run.dispose();
  });

  test("refuses a second stage while one runs, epochs that are no number of epochs, and a batch larger than the data", async () => {
    const run = start();
    const first = run.stage({ epochs: 1 });
    await assert.rejects(run.stage(), /a stage of this run is running/);
    await first;
    await assert.rejects(run.stage({ epochs: 0.5 }), /epochs must be a positive whole number, got 0.5/);
    assert.throws(() => start({ batch: 128 }), /128 images in a batch, but the split leaves 96 to train/);
    run.dispose();
  });
});
