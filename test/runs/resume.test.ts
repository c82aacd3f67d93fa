// A search that was stopped, saved and opened again ends as one that never was: bit for bit.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { useBackend } from "../../src/backend";
import type { SettingsInput } from "../../src/methods";
import { type Keeping, openRun, readEvents } from "../../src/runs";
import { type SearchSpace, spaces } from "../../src/spaces";
import type { SearchRun } from "../../src/trainer";
import { data, essence, smallRun, smallSpace, staged } from "./small-search";

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "naslab-test-"));
});
after(() => rmSync(folder, { recursive: true }));

/** Takes so many steps, and stops. */
async function take(run: SearchRun, count: number): Promise<void> {
  let taken = 0;
  const off = run.on("step", () => ++taken === count && run.stop());
  while (taken < count) await run.stage();
  off();
}

/** @param parts how many steps are taken before each stop. */
async function goesOn(
  method: string,
  settings: SettingsInput,
  parts: readonly number[],
  space: SearchSpace = spaces.nasBench201(),
): Promise<void> {
  const make = (keeping: Keeping) => smallRun({ ...settings, ...keeping }, method, space);
  const whole = make({});
  while (!whole.finished) await whole.stage();
  const path = join(folder, method);
  let run = make({ folder: path });
  for (const count of parts) {
    await take(run, count);
    const { length } = run.steps;
    assert.equal(run.status, "interrupted");
    run.dispose();
    run = openRun(path, { data, space });
    assert.equal(run.steps.length, length);
  }
  const seen: number[] = [];
  const stopped = run.steps.length;
  run.on("step", ({ step }) => seen.push(step)); // as displays do
  while (!run.finished) await run.stage();
  assert.equal(seen[0], stopped + 1);
  assert.deepEqual(essence(run), essence(whole));
  run.dispose();
  assert.deepEqual(essence(openRun(path, { data, space })), essence(whole));
  whole.dispose();
}

suite("a search that is opened from its folder goes on bit for bit", () => {
  before(() => useBackend("wasm"));

  const reward = { kind: "score-function", credit: "reward" };
  const cases: [method: string, settings: SettingsInput, stops: number[]][] = [
    ["drnas", {}, [2, 2]],
    ["balenas", {}, [4]],
    ["snas", {}, [4]],
    ["dsnas", { architecture: { objective: reward } }, [4]],
    ["bayesnas", {}, [4]],
    ["p-darts", { epochs: 3, architecture: { pruning: { keep: [3, 2], depth: [0.5, 0.5, 1], warmup: 0 } } }, [2, 5]],
  ];
  for (const [method, settings, stops] of cases) test(method, () => goesOn(method, settings, stops));

  test("a run that is saved later, while its stage runs", async () => {
    const path = join(folder, "later");
    const [whole, run] = [smallRun(), smallRun()];
    let saved: Promise<void> | null = null;
    run.on("step", ({ step }) => {
      if (step === 4) saved = run.save(path, { steps: 100 });
    });
    await Promise.all([whole.stage(), run.stage()]);
    await saved;
    await assert.rejects(run.save(join(folder, "twice")), /this run is kept in .*later already/);
    assert.deepEqual(essence(openRun(path, { data })), essence(whole));
    assert.deepEqual(
      readEvents(path).flatMap(({ event, step }) => (event === "step" ? [step] : [])),
      [1, 2, 3, 4, 5, 6],
    );
    for (const each of [whole, run]) each.dispose();
  });

  test("drnas in stages that prune and widen, as TensorFlow's graphs", async () => {
    await useBackend("native");
    await goesOn("drnas-without-progressive", staged, [2, 3]);
  });

  test("an early stop, with what it has read and may go back to", async () => {
    await useBackend("native");
    const earlyStop = { every: 1, window: 1, from: 0, ratio: 1e-9, limit: 9e-4, derivatives: "differences" };
    const architecture = { objective: { kind: "first-order" }, earlyStop };
    await goesOn("darts-ada", { epochs: 6, stepsPerEpoch: 1, batch: 4, architecture }, [3, 4], smallSpace);
  });
});
