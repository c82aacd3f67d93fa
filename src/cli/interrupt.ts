// An interrupt of a command: the first asks it to stop and to write what it has, the second ends it at once.
import { INTERRUPTED } from "./command";

const signals = ["SIGINT", "SIGTERM"] as const;

/** Runs work that stops early when its signal aborts, which the first SIGINT or SIGTERM makes it do. */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  atOnce: () => void = () => {},
): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) {
      atOnce();
      process.exit(INTERRUPTED);
    }
    console.error("\nnaslab: interrupted; stopping and writing what there is (a second time ends it at once)");
    controller.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
