// kill -9 at any moment, while checkpoints are written too: the run goes on from its folder and ends as one that was never killed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { useBackend } from "../../src/backend";
import { openRun } from "../../src/runs";
import { data, essence, small, smallRun, staged } from "./small-search";

/** 100 kills in 20 searches with npm run soak, 5 in one otherwise. */
const searches = process.env.NASLAB_SOAK ? 20 : 1;
const KILLS = 5;

let folder: string;
let whole: unknown;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "naslab-test-"));
  await useBackend("wasm");
  const run = smallRun(staged);
  while (!run.finished) await run.stage();
  whole = essence(run);
  run.dispose();
});
after(() => rmSync(folder, { recursive: true }));

/** Begins or goes on with the run of a folder, in a process that is killed so long after it has told the step; Infinity: never. */
async function killed(path: string, at: { step: number; after: number }): Promise<number | null> {
  const child = spawn(process.execPath, [join(__dirname, "kill-child.js"), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let told = "";
  for await (const text of child.stdout) {
    told += text;
    if (Number(told.trimEnd().split("\n").at(-1)) < at.step) continue;
    await setTimeout(at.after);
    child.kill("SIGKILL");
    break;
  }
  return ended;
}

for (let n = 1; n <= searches; n++) {
  test(`search ${n}, killed ${KILLS} times, ends as it would have`, async () => {
    const path = join(folder, String(n));
    // One at a random moment of nearly each step; the change of the network is after half of them.
    for (let kill = 1; kill <= KILLS; kill++) {
      const code = await killed(path, { step: kill, after: 100 * Math.random() });
      if (code === 0) break; // the last step was faster than the kill
    }
    assert.equal(await killed(path, { step: Number.POSITIVE_INFINITY, after: 0 }), 0);
    const run = openRun(path, { data });
    assert.equal(run.steps.length, small.epochs * small.stepsPerEpoch);
    assert.deepEqual(essence(run), whole);
  });
}
