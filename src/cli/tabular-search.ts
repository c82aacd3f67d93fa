// Searches that ask a benchmark: one run, or one for each of many seeds and what they found on average.
import { benchmarks, simulate } from "../benchmarks";
import { exitCodeOf, interruptible } from "./interrupt";
import { print } from "./print";
import { tabularDocument, tabularSummary } from "./tabular-document";
import type { TabularOptions } from "./tabular-options";

/** @returns the exit code. After an interrupt the runs so far are printed, at least one. */
export async function tabularSearch({ method, seeds, evaluations, json }: TabularOptions): Promise<number> {
  const benchmark = benchmarks.nasBench201();
  const { runs, interrupted } = await interruptible(async (signal) => {
    const runs = [simulate(benchmark, method, { seed: seeds[0], evaluations })];
    for (const seed of seeds.slice(1)) {
      await nextTurn(); // an interrupt is heard between two runs
      if (signal.aborted) break;
      runs.push(simulate(benchmark, method, { seed, evaluations }));
    }
    return { runs, interrupted: runs.length < seeds.length && signal };
  });
  const document = tabularDocument(benchmark, method, evaluations, runs, interrupted !== false);
  await print(json ? JSON.stringify(document, null, 2) : tabularSummary(document));
  return interrupted ? exitCodeOf(interrupted) : 0;
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
