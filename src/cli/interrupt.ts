// An interrupt of a command: the first asks it to stop and to write what it has, the second ends it at once.
import { constants } from "node:os";

const signals = ["SIGINT", "SIGTERM"] as const;

/** The exit code after an interrupt, as shells have it: 128 and the signal's number, 130 or 143. */
export const exitCodeOf = ({ reason }: AbortSignal): number =>
  128 + constants.signals[reason as (typeof signals)[number]];

/** Runs work that stops early when its signal aborts, which the first SIGINT or SIGTERM makes it do. */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  atOnce: () => void = () => {},
): Promise<T> {
  const controller = new AbortController();
  const interrupt = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      atOnce();
      process.exit(exitCodeOf(controller.signal));
    }
    console.error("\nnaslab: interrupted; stopping and writing what there is (a second time ends it at once)");
    controller.abort(name);
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
