// What may stop a stage.
import { notebook } from "../notebook";

/** Whatever may stop a stage, as one signal: the caller's, the notebook's interrupt button or, in a script, Ctrl-C. */
export function interruption(signal: AbortSignal | undefined): { signal: AbortSignal; close(): void } {
  const sources = [signal, notebook()?.signal()].filter((source) => source !== undefined);
  if (sources.length > 0) return { signal: AbortSignal.any(sources), close: () => {} };
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once("SIGINT", stop); // a second Ctrl-C ends the process as ever
  return { signal: controller.signal, close: () => void process.off("SIGINT", stop) };
}
