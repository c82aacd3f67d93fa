// The result of scoring as one JSON document, and as a short table to read.
import type { Estimate, ScoreTable } from "../analysis";
import { benchmarkOf } from "../benchmarks";
import { combine } from "../proxies";

/** Of a table for a terminal. */
const BEST = 5;

/** Everything about the scores that is worth keeping, as plain data; accuracies in percent, of the benchmark's long training. */
export function scoreDocument(table: ScoreTable, dataset: string) {
  const { settings, proxies, rows, interrupted } = table;
  const { space, data, images, size, seed, repeats } = settings;
  const benchmark = benchmarkOf(space);
  const truth = benchmark?.data.includes(dataset) ? dataset : "cifar10";
  const accuracies = benchmark && rows.map(({ architecture }) => benchmark.accuracyOf(architecture, truth, "test"));
  const correlations = accuracies ? table.correlations(accuracies, seed) : null;
  const combined = combine(proxies.map(({ name, better }) => ({ name, better, scores: table.of(name) })));
  return {
    space: space.name,
    settings: { data, images, size, seed, repeats },
    benchmark: benchmark && { name: benchmark.title, data: truth, split: "test", epochs: benchmark.epochs[0] },
    proxies: proxies.map(({ name, better }, k) => ({
      name,
      better,
      scored: table.of(name).filter((score) => score !== null).length,
      secondsPerArchitecture: table.secondsOf(name),
      ...(correlations && { correlation: correlations[k].correlation }),
    })),
    architectures: rows.map(({ architecture, scores, reasons }, k) => ({
      architecture: architecture.toString(),
      scores,
      ...(Object.keys(reasons).length > 0 && { reasons }),
      ...(proxies.length > 1 && { meanRank: combined[k] }),
      ...(accuracies && { accuracy: accuracies[k] }),
    })),
    ...(interrupted ? { interrupted } : {}),
  };
}

export type ScoreDocument = ReturnType<typeof scoreDocument>;

/** The document's main points, for a terminal. */
export function scoreSummary({ architectures, benchmark, interrupted, proxies, settings }: ScoreDocument): string {
  const { data, images, size } = settings;
  const estimate = ({ value, low, high }: Estimate) => `${value.toFixed(3)} (${low.toFixed(3)} – ${high.toFixed(3)})`;
  const lines = proxies.map(({ name, better, scored, secondsPerArchitecture, correlation }) =>
    [
      name.padEnd(16),
      better.padEnd(8),
      String(scored).padStart(8),
      (1000 * secondsPerArchitecture).toFixed(1).padStart(9),
      ...(correlation ? [estimate(correlation.spearman).padStart(24), estimate(correlation.kendall).padStart(24)] : []),
    ].join(""),
  );
  const heading = [
    "proxy".padEnd(16),
    "better".padEnd(8),
    "scored".padStart(8),
    "ms each".padStart(9),
    ...(benchmark ? ["Spearman's ρ".padStart(24), "Kendall's τ".padStart(24)] : []),
  ].join("");
  const [first] = proxies;
  const score = (each: ScoreDocument["architectures"][number]) =>
    each.meanRank ?? (first.better === "higher" ? 1 : -1) * (each.scores[first.name] ?? Number.NEGATIVE_INFINITY);
  const best = [...architectures].sort((a, b) => score(b) - score(a)).slice(0, BEST);
  return [
    ...(interrupted ? ["Interrupted: these are the architectures that were scored."] : []),
    `${architectures.length} architectures, ${size.channels} channels, ${size.cells} cells, ${images} images of ${data}`,
    ...(benchmark
      ? [`rank correlations with ${benchmark.name}'s ${benchmark.data} test accuracies, 95 % intervals:`]
      : []),
    heading,
    ...lines,
    `best${proxies.length > 1 ? " by mean rank" : ""}:`,
    ...best.map(
      ({ architecture, accuracy }) => `  ${architecture}${accuracy === undefined ? "" : `  ${accuracy.toFixed(2)} %`}`,
    ),
  ].join("\n");
}
