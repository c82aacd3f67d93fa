// The result of searches that ask a benchmark as one JSON document, and as a short table to read.
import { type Benchmark, type SimulatedRun, summarise } from "../benchmarks";
import type { TabularMethod } from "../methods";

/** Everything about the runs that is worth keeping, as plain data; accuracies in percent, of the benchmark's long training. */
export function tabularDocument(
  benchmark: Benchmark,
  method: TabularMethod,
  evaluations: number,
  runs: readonly SimulatedRun[],
  interrupted: boolean,
) {
  return {
    space: benchmark.space.name,
    method: method.name,
    settings: {
      ...(runs.length === 1 ? { seed: runs[0].seed } : { seeds: runs.length }),
      evaluations,
      ...method.settings(),
    },
    benchmark: {
      name: benchmark.title,
      epochs: runs[0].entry.epochs,
      selection: benchmark.reward,
    },
    summary: summarise(runs),
    runs: runs.map(runDocument),
    ...(runs.length === 1 ? oneRun(runs[0]) : {}),
    ...(interrupted ? { interrupted } : {}),
  };
}

export type TabularDocument = ReturnType<typeof tabularDocument>;

/** `reward` is the accuracy by which the architecture was picked, `evaluations` how many were made. */
export function runDocument({ seed, best, entry, evaluations }: SimulatedRun) {
  return {
    seed,
    architecture: best.architecture.toString(),
    reward: best.accuracy,
    evaluations: evaluations.length,
    accuracies: entry.accuracies,
    rank: entry.rank,
  };
}

/** What is told of a single run besides: its way. */
function oneRun({ best, evaluations }: SimulatedRun) {
  return {
    architecture: best.architecture.toString(),
    trajectory: evaluations.map(({ architecture, accuracy }) => ({ architecture: architecture.toString(), accuracy })),
  };
}

/** The document's main points, for a terminal. */
export function tabularSummary({ benchmark, interrupted, method, runs, settings, summary }: TabularDocument): string {
  const many = runs.length > 1;
  const cell = ({ mean, std }: { mean: number; std: number }) =>
    (many ? `${mean.toFixed(2)} ± ${std.toFixed(2)}` : mean.toFixed(2)).padStart(14);
  const rows = Object.entries(summary).map(
    ([data, splits]) => `${data.padEnd(12)}${Object.values(splits).map(cell).join("")}`,
  );
  const splits = Object.keys(Object.values(summary)[0]).map((split) => split.padStart(14));
  return [
    ...(interrupted ? ["Interrupted: these are the runs that had ended."] : []),
    many
      ? `${method}: ${runs.length} runs of ${settings.evaluations} evaluations`
      : `Architecture: ${runs[0].architecture}`,
    `${benchmark.name} (${benchmark.epochs} epochs at full size), accuracy in percent${many ? ", mean ± deviation" : ""}:`,
    `${"".padEnd(12)}${splits.join("")}`,
    ...rows,
  ].join("\n");
}
