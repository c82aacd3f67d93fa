// Scores of many architectures as a table, a row a proxy.
import type { Estimate, ScoreTable } from "../analysis";
import { benchmarkOf } from "../benchmarks";
import { dataTitles } from "./accuracies";
import type { MimeBundle } from "./bundle";
import { tableNote } from "./correlations";
import { count, markdownTable, textTable } from "./words";

/** A row a proxy: how many architectures have a score, what it took, and how well it orders them where a benchmark knows. */
export function scoresBundle(table: ScoreTable): MimeBundle {
  const { rows, settings } = table;
  const benchmark = benchmarkOf(settings.space);
  const data = benchmark?.data.find((name) => dataTitles[name] === settings.data) ?? benchmark?.data[0];
  const truth = benchmark && rows.map(({ architecture }) => benchmark.accuracyOf(architecture, data!, "test"));
  const correlations = truth && table.correlations(truth);
  const estimate = (of: Estimate | undefined) =>
    of ? `${of.value.toFixed(3)} (${of.low.toFixed(3)} – ${of.high.toFixed(3)})` : "–";
  const heading = ["proxy", "better", "scored", "lowest", "highest", "ms each", ...(truth ? ["ρ", "τ"] : [])];
  const lines = table.proxies.map(({ name, better }, k) => {
    const own = table.of(name).filter((score) => score !== null);
    const correlation = correlations?.[k].correlation ?? undefined;
    return [
      name,
      better,
      count(own.length),
      own.length > 0 ? Math.min(...own).toPrecision(4) : "–",
      own.length > 0 ? Math.max(...own).toPrecision(4) : "–",
      (1000 * table.secondsOf(name)).toFixed(1),
      ...(truth ? [estimate(correlation?.spearman), estimate(correlation?.kendall)] : []),
    ];
  });
  const words = [
    tableNote(table),
    ...(benchmark
      ? [
          `ρ and τ: Spearman's and Kendall's rank correlations with ${benchmark.title}'s ${dataTitles[data!]} test accuracies, 95 % bootstrap intervals`,
        ]
      : []),
  ];
  return {
    "text/markdown": [`${words.join("; ")}.`, "", markdownTable([heading, ...lines], "--:")].join("\n"),
    "text/plain": [...words, textTable([heading, ...lines])].join("\n"),
  };
}
