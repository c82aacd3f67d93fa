// A search that trains a network: progress on standard error, the result on standard output.
import { useBackend } from "../backend";
import type { Dataset } from "../datasets";
import { SearchRun } from "../trainer";
import { INTERRUPTED } from "./command";
import { interruptible } from "./interrupt";
import { print } from "./print";
import { searchDocument, summary } from "./search-document";
import { showProgress } from "./search-progress";
import type { SupernetOptions } from "./supernet-options";

/** @returns the exit code. */
export async function supernetSearch(options: SupernetOptions, data: Dataset): Promise<number> {
  const { space, method, settings, json } = options;
  const run = new SearchRun(method, space, data, settings);
  await useBackend(options.backend);
  const stop = showProgress(run);
  try {
    await interruptible(async (signal) => {
      while (!run.finished && run.status !== "interrupted") await run.stage({ signal });
    });
  } finally {
    stop();
  }
  const interrupted = run.status === "interrupted" || !(await interruptible((signal) => derived(run, signal)));
  const document = searchDocument(run, interrupted);
  run.dispose();
  await print(json ? JSON.stringify(document, null, 2) : summary(document));
  return interrupted ? INTERRUPTED : 0;
}

/** Reads the architecture out; false if interrupted. */
async function derived(run: SearchRun, signal: AbortSignal): Promise<boolean> {
  try {
    await run.derive({ signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return !signal.aborted;
}
