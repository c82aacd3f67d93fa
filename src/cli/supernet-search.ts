// A search that trains a network: progress on standard error, the result on standard output.
import { useBackend } from "../backend";
import type { Dataset } from "../datasets";
import { Run, readResult, type SearchDocument, searchDocument } from "../runs";
import { exitCodeOf, interruptible } from "./interrupt";
import { print } from "./print";
import { summary } from "./search-document";
import { showProgress } from "./search-progress";
import type { SupernetOptions } from "./supernet-options";

/** @returns the exit code. */
export async function supernetSearch(options: SupernetOptions, data: Dataset): Promise<number> {
  const { space, method, settings, keeping, json } = options;
  const run = new Run(method, space, data, { ...settings, ...keeping });
  await useBackend(options.backend);
  return searchToTheEnd(run, json);
}

/** What is left of a search, and its result. @returns the exit code. */
export async function searchToTheEnd(run: Run, json: boolean): Promise<number> {
  const stop = showProgress(run);
  const ended = await interruptible(async (signal) => {
    while (!run.finished && !signal.aborted) await run.stage({ signal });
    if (!signal.aborted) await derived(run, signal);
    return signal;
  }).finally(stop);
  const interrupted = ended.aborted;
  const kept = interrupted || run.folder === null ? null : (readResult(run.folder) as SearchDocument | null);
  const document = kept ?? searchDocument(run, interrupted);
  run.dispose();
  await print(json ? JSON.stringify(document, null, 2) : summary(document));
  return interrupted ? exitCodeOf(ended) : 0;
}

async function derived(run: Run, signal: AbortSignal): Promise<void> {
  try {
    await run.derive({ signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
