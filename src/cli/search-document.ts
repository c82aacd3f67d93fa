// The result of a search as one JSON document, and as a summary to read.
import { benchmarks } from "../benchmarks";
import { type CellDistribution, Dirichlet } from "../distributions";
import type { SearchRun } from "../trainer";

/** β of Dirichlets; nothing of others. */
function concentrations({ rows }: CellDistribution) {
  const all = rows.flatMap((row) => (row instanceof Dirichlet ? [Array.from(row.concentration)] : []));
  return all.length > 0 ? { concentration: all } : {};
}

/** Everything about a run that is worth keeping, as plain data. */
export function searchDocument(run: SearchRun, interrupted: boolean) {
  const { data, settings, architecture, distribution } = run;
  const { accuracies, rank, epochs } = benchmarks.nasBench201().query(architecture);
  return {
    space: run.space.name,
    method: run.method.name,
    settings: {
      dataset: data.name,
      images: { train: data.train.count, test: data.test?.count ?? 0 },
      sha256: data.sha256,
      ...settings,
    },
    backend: run.backend,
    device: run.device,
    epochs: run.history.map(({ epoch, train, valid, seconds, secondsPerStep }) => ({
      epoch,
      train,
      valid,
      seconds,
      secondsPerStep,
    })),
    distribution: {
      edges: distribution.edges,
      operations: distribution.operations,
      eta: run.eta.map((row) => Array.from(row)),
      ...concentrations(distribution),
      mean: distribution.mean().map((row) => Array.from(row)),
    },
    architecture: architecture.toString(),
    benchmark: { name: benchmarks.nasBench201().title, epochs, accuracies, rank },
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    ...(interrupted ? { interrupted } : {}),
  };
}

export type SearchDocument = ReturnType<typeof searchDocument>;

/** The document's main points, for a terminal. */
export function summary(document: SearchDocument) {
  const { architecture, backend, benchmark, device, epochs, interrupted, peakMemoryBytes } = document;
  const last = epochs.at(-1);
  const size = benchmarks.nasBench201().space.size.toLocaleString("en");
  const trained = Object.entries(benchmark.accuracies).map(([data, { test }]) => {
    const rank = benchmark.rank[data as keyof typeof benchmark.rank].test.toLocaleString("en");
    return `  ${data.padEnd(12)} ${test.toFixed(2)} % on test, rank ${rank} of ${size}`;
  });
  return [
    ...(interrupted ? ["Interrupted: this is what the search had found so far."] : []),
    `Architecture: ${architecture}`,
    ...(last
      ? [`Search network after ${last.epoch} epochs: validation accuracy ${(100 * last.valid.accuracy).toFixed(1)} %`]
      : []),
    `${benchmark.name} (${benchmark.epochs} epochs at full size) says of this architecture:`,
    ...trained,
    `Backend ${backend ? `${backend} (${device})` : "none"}, peak memory ${(peakMemoryBytes / 1e6).toFixed(0)} MB`,
  ].join("\n");
}
