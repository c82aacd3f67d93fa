// A search in a process of its own, to be killed: begins it, or goes on with it, and tells each step.
import { existsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { useBackend } from "../../src/backend";
import { openRun } from "../../src/runs";
import { data, smallRun, staged } from "./small-search";

async function main(folder: string): Promise<void> {
  await useBackend("wasm");
  const run = existsSync(join(folder, "settings.json"))
    ? openRun(folder, { data })
    : smallRun({ ...staged, folder, checkpoints: { steps: 1 } });
  run.on("step", ({ step }) => writeSync(1, `${step}\n`));
  while (!run.finished) await run.stage();
}

main(process.argv[2]);
