// Searches that ask a benchmark: one run, or one for each of many seeds and what they found on average.
import { type SimulatedRun, simulate } from "../benchmarks";
import type { TabularMethod } from "../methods";
import { RunFolder } from "../runs/folder";
import { heading, type TabularFile } from "../runs/settings-file";
import { recordedSpace, spaceRecord } from "../spaces";
import { exitCodeOf, interruptible } from "./interrupt";
import { print } from "./print";
import { runDocument, tabularDocument, tabularSummary } from "./tabular-document";
import { benchmarkFor, type TabularOptions } from "./tabular-options";

/** @returns the exit code. After an interrupt the runs so far are printed, at least one. */
export async function tabularSearch(options: TabularOptions): Promise<number> {
  const { space, method, seeds, evaluations, folder, json } = options;
  if (folder === undefined) return searches(options, json, () => {});
  const { name, title, paper, year } = method;
  const file: TabularFile = {
    ...heading(),
    kind: "tabular",
    method: { name, title, paper, year },
    space: { ...spaceRecord(space) },
    settings: { ...method.settings() },
    seeds: [...seeds],
    evaluations,
  };
  RunFolder.create(folder, file, () => {});
  return keptSearches(folder, file, method, json);
}

/** The searches of a folder, from their first: the benchmark answers faster than a checkpoint is read. */
export async function keptSearches(
  path: string,
  file: TabularFile,
  method: TabularMethod,
  json: boolean,
): Promise<number> {
  const folder = RunFolder.open(path, file, 0, () => {});
  folder.begin(1);
  try {
    return await searches({ ...file, method, space: recordedSpace(file.space) }, json, (event, record) =>
      event === "result" ? folder.result(record) : folder.event(event, record),
    );
  } finally {
    folder.end();
  }
}

type Work = Pick<TabularOptions, "method" | "space" | "seeds" | "evaluations">;

/** @param told is given each run, and what came out at the end. */
async function searches(
  { method, space, seeds, evaluations }: Work,
  json: boolean,
  told: (event: "run" | "result", record: object) => void,
): Promise<number> {
  const benchmark = benchmarkFor(space);
  const { runs, interrupted } = await interruptible(async (signal) => {
    const runs: SimulatedRun[] = [];
    for (const seed of seeds) {
      if (runs.length > 0) await nextTurn(); // an interrupt is heard between two runs
      if (signal.aborted) break;
      runs.push(simulate(benchmark, method, { seed, evaluations }));
      told("run", runDocument(runs.at(-1)!));
    }
    return { runs, interrupted: runs.length < seeds.length && signal };
  });
  const document = tabularDocument(benchmark, method, evaluations, runs, interrupted !== false);
  if (!interrupted) told("result", document);
  await print(json ? JSON.stringify(document, null, 2) : tabularSummary(document));
  return interrupted ? exitCodeOf(interrupted) : 0;
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
