import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../src/backend";
import { datasets, type ImageDataset } from "../../src/datasets";
import { methods, type SettingsInput } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { SearchRun } from "../../src/trainer";

let images: ImageDataset;
before(async () => {
  await useBackend("native");
  images = (await datasets.fashionMnist()).take({ train: 96, test: 0 });
});

const small = { channels: 4, cells: 2, batch: 8, stepsPerEpoch: 2 };
const start = (method: string, settings: SettingsInput) =>
  new SearchRun(methods[method], spaces.nasBench201(), images, { ...small, ...settings });
const rows = (eta: readonly ArrayLike<number>[]) => eta.map((row) => Array.from(row));

suite("a search in stages", () => {
  test("prunes, has a deeper network with the learning rate's cosine anew, and leaves no tensor", async () => {
    const tensors = tf.memory().numTensors;
    const pruning = { keep: [3, 2], depth: [0.5, 0.5, 1], warmup: 0 };
    const run = start("p-darts", { epochs: 6, architecture: { pruning } });
    const living: number[] = [];
    run.on("epoch", () => living.push(tf.memory().numTensors));
    await run.stage();
    assert.deepEqual(
      [...run.history].map(({ mean }) => mean.map((row) => row.filter((x) => x > 0).length)),
      [5, 5, 3, 3, 2, 2].map((count) => new Array(6).fill(count)),
    );
    assert.equal(living[3], living[0]); // as deep
    assert.ok(living[5] > living[0]); // deeper
    const skips = (await run.derive()).operations.filter(
      (o) => spaces.nasBench201().operations[o] === "skip_connect",
    ).length;
    assert.ok(skips <= 2);
    run.dispose();
    assert.equal(tf.memory().numTensors, tensors);
  });

  test("goes on after an interrupt as if there had been none", async () => {
    const settings = { epochs: 3, architecture: { pruning: { keep: [3, 2], depth: [0.5, 0.5, 1], warmup: 0 } } };
    const whole = start("p-darts", settings);
    await whole.stage();
    const parts = start("p-darts", settings);
    const controller = new AbortController();
    parts.on("step", ({ step }) => step === 3 && controller.abort());
    await parts.stage({ signal: controller.signal });
    await parts.stage();
    assert.deepEqual(rows(parts.eta), rows(whole.eta));
    assert.deepEqual(
      parts.steps.map(({ trainLoss }) => trainLoss),
      whole.steps.map(({ trainLoss }) => trainLoss),
    );
    whole.dispose();
    parts.dispose();
  });
});

suite("an early stop", () => {
  // Any ratio of averages is greater than this: it stops as soon as it may, at the fifth reading.
  const soon = { every: 1, window: 1, from: 0, ratio: 1e-9, derivatives: "differences" }; // they compile faster

  test("ends the search at an earlier epoch, which can be read out and gone on from", async () => {
    const tensors = tf.memory().numTensors;
    const run = start("darts-es", { epochs: 8, architecture: { earlyStop: soon } });
    const told: unknown[] = [];
    run.on("rollback", (record) => told.push(record));
    await run.stage();
    const [{ from, to, stopped, dropped }] = run.rollbacks;
    assert.deepEqual([from, to, stopped], [5, 1, true]);
    assert.deepEqual(told, run.rollbacks);
    assert.deepEqual(
      dropped.map(({ epoch }) => epoch),
      [2, 3, 4, 5],
    );
    assert.ok([...run.history, ...dropped].every(({ eigenvalue }) => Number.isFinite(eigenvalue)));
    assert.equal(run.status, "idle");
    assert.deepEqual([run.history.length, run.steps.length], [1, 2]);
    assert.deepEqual(rows(run.eta), run.history[0].eta);
    assert.equal((await run.derive()).toString(), run.history[0].architecture);
    await assert.rejects(run.stage(), /stopped early, after epoch 1; read it out by run\.derive\(\)/);
    await run.stage({ epochs: 1 });
    // The weights went back too: the second epoch is what it was.
    assert.deepEqual(
      { ...run.history[1], seconds: 0, secondsPerStep: 0, residentBytes: 0 },
      { ...dropped[0], seconds: 0, secondsPerStep: 0, residentBytes: 0 },
    );
    run.dispose();
    assert.equal(tf.memory().numTensors, tensors);
  });

  test("or goes on from there with more weight decay, up to its limit", async () => {
    const earlyStop = { ...soon, factor: 3, limit: 27e-4 };
    const run = await start("darts-ada", { epochs: 6, architecture: { earlyStop } }).stage();
    assert.deepEqual(
      run.rollbacks.map(({ weightDecay, stopped }) => [Number(weightDecay.toPrecision(6)), stopped]),
      [
        [9e-4, false],
        [27e-4, false],
      ],
    );
    assert.equal(run.history.length, 6);
    assert.notDeepEqual(run.history[1].train, run.rollbacks[0].dropped[0].train);
    run.dispose();
  });

  test("stops while it reads the eigenvalue when interrupted, and reads it again", async () => {
    const run = start("darts-es", {
      epochs: 2,
      stepsPerEpoch: 1,
      architecture: { earlyStop: { every: 1, derivatives: "differences" } },
    });
    const controller = new AbortController();
    run.on("step", () => setTimeout(() => controller.abort(), 30));
    await run.stage({ epochs: 1, signal: controller.signal });
    assert.deepEqual([run.status, run.history.length], ["interrupted", 0]);
    await run.stage({ epochs: 1 });
    assert.ok(Number.isFinite(run.history[0].eigenvalue));
    run.dispose();
  });

  test("or it only watches: what it takes down is what `spectrum` tells, and the search is the same", async () => {
    const tiny = { cells: 1, batch: 4, epochs: 1, stepsPerEpoch: 1 };
    const run = start("drnas", { ...tiny, architecture: { earlyStop: { kind: "watch", every: 1 } } });
    const other = start("drnas", tiny);
    await run.stage();
    await other.stage();
    const [{ eigenvalue, smallestEigenvalue, hessianDiagonal }] = run.history;
    assert.deepEqual(rows(run.eta), rows(other.eta));
    assert.deepEqual(run.history[0].valid, other.history[0].valid);
    const after = run.state().session!.weights;
    assert.deepEqual(await run.spectrum(), { eigenvalue, smallest: smallestEigenvalue, diagonal: hessianDiagonal });
    assert.deepEqual(run.state().session!.weights, after);
    assert.equal(hessianDiagonal!.length, 30);
    assert.ok(eigenvalue! > 0 && smallestEigenvalue! < eigenvalue!);
    run.dispose();
    other.dispose();
  });
});
