// Where an architecture lies among all that a benchmark has trained: a histogram of accuracies with a mark.
import type { BenchmarkEntry, BenchmarkSplit } from "../benchmarks";
import { dataTitles } from "./accuracies";
import { chart, pageWidth } from "./chart";
import type { Specification } from "./draw";
import { Figure } from "./figure";
import { pointedWords } from "./pointed";
import { accent, grey, neutral } from "./theme";
import { count, percent } from "./words";

export interface BinRow {
  /** Accuracies in percent, [from, to). */
  readonly from: number;
  readonly to: number;
  readonly architectures: number;
}

/** Bins of equal width that hold all accuracies, empty ones among them. */
export function binRows(accuracies: ArrayLike<number>, width: number): BinRow[] {
  const bins = new Map<number, number>();
  for (const accuracy of Array.from(accuracies)) {
    const bin = Math.floor(accuracy / width);
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  const [first, last] = [Math.min(...bins.keys()), Math.max(...bins.keys())];
  return Array.from({ length: last - first + 1 }, (_, k) => {
    const bin = first + k;
    return { from: bin * width, to: (bin + 1) * width, architectures: bins.get(bin) ?? 0 };
  });
}

export function rankSpecification(
  rows: readonly BinRow[],
  accuracy: number,
  best: number,
  title: string,
  lines: readonly string[],
  page: number = pageWidth,
): Specification {
  const lowest = rows[0].from;
  const highest = rows[rows.length - 1].to;
  const x = (field: string) => ({
    field,
    type: "quantitative",
    title: "accuracy (%)",
    scale: { domain: [lowest, highest], nice: false },
    axis: { grid: false, tickCount: Math.round(page / 60) },
  });
  const at = { x: { datum: accuracy, type: "quantitative" } };
  return chart(
    title,
    lines,
    {
      width: page - 100,
      height: 200,
      layer: [
        {
          data: { values: rows },
          mark: { type: "bar", color: neutral, binSpacing: 0.5 },
          encoding: {
            x: x("from"),
            x2: { field: "to" },
            y2: { datum: 0 },
            y: {
              field: "architectures",
              type: "quantitative",
              title: "architectures",
              axis: { tickCount: 5, format: ",d" },
            },
            tooltip: ["from", "to", "architectures"].map((field) => ({ field, type: "quantitative" })),
          },
        },
        {
          data: { values: [{}] },
          mark: { type: "rule", color: grey, strokeDash: [4, 3] },
          encoding: { x: { datum: best, type: "quantitative" } },
        },
        { data: { values: [{}] }, mark: { type: "rule", color: accent, strokeWidth: 2 }, encoding: at },
        pointedWords(accuracy, (lowest + highest) / 2, `this architecture, ${accuracy.toFixed(2)} %`),
      ],
    },
    page,
  );
}

/** The figure of a benchmark's entry. The best accuracy is the dashed rule. */
export function rankFigure(
  entry: BenchmarkEntry,
  data: string = entry.dataset,
  split: BenchmarkSplit = "test",
  note = "",
): Figure {
  const { benchmark } = entry;
  const all = benchmark.all(data, split, entry.epochs);
  const accuracy = entry.accuracies[data][split];
  const rank = entry.rank[data][split];
  const best = Math.max(...all);
  const worse = Math.floor((1000 * all.filter((other) => other < accuracy).length) / all.length) / 1000; // never "100 %"
  const lowest = Math.floor(Math.min(accuracy, Float64Array.from(all).sort()[Math.floor(all.length / 20)])) - 1;
  const drawn = all.filter((other) => other >= lowest);
  const hidden = all.length - drawn.length;
  const width = best - lowest > 40 ? 1 : 0.5;
  const title = `Rank ${count(rank)} of ${count(all.length)}: better than ${percent(worse)} of all architectures`;
  const lines = [
    `${dataTitles[data]} ${split} accuracy after ${entry.epochs} epochs at full size, as ${benchmark.title} trained them ┆ the best, ${best.toFixed(2)} %`,
    hidden > 0
      ? `${count(hidden)} architectures (${percent(hidden / all.length)}) below ${lowest} % are not drawn`
      : "",
    note,
  ];
  const words = [title, ...lines, entry.architecture.toString(), `${accuracy.toFixed(2)} %`].filter(Boolean).join("\n");
  const rows = binRows(drawn, width);
  return new Figure((page) => rankSpecification(rows, accuracy, best, title, lines, page), words);
}
