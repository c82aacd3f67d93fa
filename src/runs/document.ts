// The result of a search as one JSON document.
import { type Benchmark, benchmarkOf } from "../benchmarks";
import { type CellDistribution, Dirichlet } from "../distributions";
import type { Architecture } from "../spaces";
import type { SearchRun } from "../trainer";

/** β of Dirichlets; nothing of others. */
function concentrations({ rows }: CellDistribution) {
  const all = rows.flatMap((row) => (row instanceof Dirichlet ? [Array.from(row.concentration)] : []));
  return all.length > 0 ? { concentration: all } : {};
}

/** Everything about a run that is worth keeping, as plain data. */
export function searchDocument(run: SearchRun, interrupted: boolean) {
  const { data, settings, architecture, distribution } = run;
  const benchmark = benchmarkOf(run.space);
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
    ...(benchmark && { benchmark: benchmarked(benchmark, architecture) }),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    ...(interrupted ? { interrupted } : {}),
  };
}

function benchmarked(benchmark: Benchmark, architecture: Architecture) {
  const { accuracies, rank, epochs } = benchmark.query(architecture);
  return { name: benchmark.title, size: benchmark.size, epochs, accuracies, rank };
}

export type SearchDocument = ReturnType<typeof searchDocument>;
