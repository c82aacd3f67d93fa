// What may stop a stage.
import { notebook } from "../notebook";

/** Whatever may stop a stage, as one signal. */
export interface Interruption {
  readonly signal: AbortSignal;
  stop(): void;
  /** Takes its listeners off. */
  close(): void;
}

/** Of the caller's signal, the notebook's interrupt button or, in a script, Ctrl-C. */
export function interruption(signal: AbortSignal | undefined): Interruption {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const sources = [signal, notebook()?.signal()].filter((source) => source !== undefined);
  for (const source of sources) {
    if (source.aborted) stop();
    else source.addEventListener("abort", stop, { once: true }); // a listener tells the kernel that we stop by ourselves
  }
  if (sources.length === 0) process.once("SIGINT", stop); // a second Ctrl-C ends the process as ever
  const close = () => {
    for (const source of sources) source.removeEventListener("abort", stop);
    process.off("SIGINT", stop);
  };
  return { signal: controller.signal, stop, close };
}
