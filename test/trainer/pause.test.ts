import assert from "node:assert/strict";
import { before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { datasets, type ImageDataset } from "../../src/datasets";
import { methods } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { SearchRun } from "../../src/trainer";

let images: ImageDataset;
before(async () => {
  images = (await datasets.fashionMnist()).take({ train: 192, test: 0 });
});

const settings = { channels: 4, cells: 1, batch: 16, epochs: 2, stepsPerEpoch: 4 };
const start = () => new SearchRun(methods.drnas, spaces.nasBench201(), images, settings);

/** Pauses the run after its second step; resolves when it stands still. */
const paused = (run: SearchRun) =>
  new Promise<void>((resolve) => {
    run.on("step", ({ step }) => step === 2 && run.pause());
    run.on("pause", (isOn) => isOn && resolve());
  });

test("a paused stage takes no step, and goes on to the numbers of one that was not paused", async () => {
  const plain = await start().stage();
  const run = start();
  const still = paused(run);
  const running = run.stage();
  await still;
  await setTimeout(100);
  assert.deepEqual([run.status, run.progress?.phase, run.steps.length], ["paused", "paused", 2]);
  await assert.rejects(run.stage(), /a stage of this run is running/);
  const told: boolean[] = [];
  run.on("pause", (isOn) => told.push(isOn));
  run.resume();
  await running;
  assert.deepEqual([run.status, told, run.steps.length], ["idle", [false], 8]);
  assert.deepEqual(run.eta, plain.eta);
  run.dispose();
  plain.dispose();
});

test("a stage is stopped at its next step, paused or not, resolves, and goes on later", async () => {
  const run = start();
  const still = paused(run);
  const first = run.stage();
  await still;
  run.stop();
  await first;
  assert.deepEqual([run.status, run.steps.length], ["interrupted", 2]);
  const off = run.on("step", () => run.stop());
  await run.stage();
  assert.equal(run.steps.length, 3);
  off();
  await run.stage();
  assert.deepEqual([run.status, run.steps.length], ["idle", 8]);
  run.dispose();
});

test("pause, resume and stop do nothing where no stage runs", async () => {
  const run = start();
  run.pause();
  run.resume();
  run.stop();
  assert.equal(run.status, "new");
  await run.stage({ epochs: 1 });
  assert.deepEqual([run.status, run.steps.length], ["idle", 4]);
  run.dispose();
});
