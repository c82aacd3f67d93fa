// What accuracy costs: all architectures that a benchmark has trained, and those that no other beats in both, the Pareto front.
import { frontOf } from "../analysis";
import type { Benchmark, BenchmarkData, BenchmarkEntry, BenchmarkSplit } from "../benchmarks";
import { type Counted, costMeter } from "../spaces";
import { dataTitles } from "./accuracies";
import { chart, pageWidth } from "./chart";
import type { Specification } from "./draw";
import { Figure } from "./figure";
import { pointedDot } from "./pointed";
import { extent, type SquareRow, squareRows, squaresLayer } from "./squares";
import { count, textTable } from "./words";

export interface ParetoOptions {
  readonly data?: BenchmarkData;
  readonly split?: BenchmarkSplit;
  /** What an architecture costs in the benchmark's network: trainable parameters, or the multiply-adds of an image. */
  readonly cost?: "parameters" | "multiplyAdds";
}

/** An architecture of the front. */
export interface FrontRow {
  /** Millions. */
  readonly cost: number;
  /** Per cent. */
  readonly accuracy: number;
  readonly architecture: string;
}

export interface ParetoRows {
  readonly squares: readonly SquareRow[];
  readonly front: readonly FrontRow[];
  readonly hidden: number;
}

/** Squares a side. */
const BINS = 60;

/** The colour of the front. */
const FRONT = "#e69f00";

/** @param name of an architecture by its number. @param from architectures below this accuracy are not drawn. */
export function paretoRows(
  costs: ArrayLike<number>,
  accuracies: ArrayLike<number>,
  name: (index: number) => string,
  from: number,
): ParetoRows {
  const shown = Array.from(costs, (_, k) => k).filter((k) => accuracies[k] >= from);
  return {
    squares: squareRows(
      shown.map((k) => costs[k]),
      shown.map((k) => accuracies[k]),
      BINS,
    ),
    front: frontOf(costs, accuracies)
      .filter((k) => accuracies[k] >= from)
      .map((k) => ({ cost: Number(costs[k].toFixed(4)), accuracy: accuracies[k], architecture: name(k) })),
    hidden: costs.length - shown.length,
  };
}

export function paretoSpecification(
  { squares, front }: ParetoRows,
  mark: { readonly cost: number; readonly accuracy: number },
  costTitle: string,
  lines: readonly string[],
  page: number = pageWidth,
): Specification {
  const [lowX, highX] = extent(squares.flatMap(({ x, x2 }) => [x, x2]));
  const x = {
    title: costTitle,
    scale: { domain: [lowX, highX], nice: false, padding: 8 },
    axis: { tickCount: Math.round(page / 80), gridOpacity: 0.15 },
  };
  const y = {
    title: "accuracy (%)",
    scale: { domain: extent(squares.flatMap(({ y, y2 }) => [y, y2])), nice: false, padding: 8 },
    axis: { tickCount: 8, gridOpacity: 0.15 },
  };
  const onFront = {
    x: { field: "cost", type: "quantitative", ...x },
    y: { field: "accuracy", type: "quantitative", ...y },
  };
  const body = {
    width: page - 90,
    height: 320,
    layer: [
      squaresLayer(squares, x, y),
      {
        data: { values: front },
        mark: { type: "line", interpolate: "step-after", color: FRONT, strokeWidth: 2 },
        encoding: onFront,
      },
      {
        data: { values: front },
        mark: { type: "point", filled: true, shape: "square", size: 44, opacity: 1, color: FRONT, stroke: "white" },
        encoding: {
          ...onFront,
          tooltip: [
            { field: "architecture" },
            { field: "cost", type: "quantitative", format: ".3f", title: costTitle },
            { field: "accuracy", type: "quantitative", format: ".2f", title: "accuracy (%)" },
          ],
        },
      },
      ...pointedDot({ x: mark.cost, y: mark.accuracy }, (lowX + highX) / 2, ["x"]),
    ],
  };
  return chart("Accuracy against cost of all architectures", lines, body, page);
}

/** What every architecture of a benchmark costs, by its index. */
const known = new WeakMap<Benchmark, readonly Counted[]>();

function costsOf(benchmark: Benchmark): readonly Counted[] {
  const found = known.get(benchmark);
  if (found) return found;
  const { space, size } = benchmark;
  const meter = costMeter(space, space.finalSize);
  const costs = Array.from({ length: size }, (_, index) => meter(benchmark.at(index)));
  known.set(benchmark, costs);
  return costs;
}

const costTitles = {
  parameters: "parameters (millions)",
  multiplyAdds: "multiply-adds of an image (millions)",
} as const;

/** The figure of a benchmark's entry among all, and of the front. */
export function paretoFigure(
  entry: BenchmarkEntry,
  { data: asked, split = "test", cost = "parameters" }: ParetoOptions = {},
  note = "",
): Figure {
  const { architecture, benchmark } = entry;
  const data = asked ?? entry.dataset;
  const accuracies = benchmark.all(data, split, entry.epochs);
  const costs = costsOf(benchmark).map((each) => each[cost] / 1e6);
  const own = { cost: architecture.cost()[cost] / 1e6, accuracy: entry.accuracies[data][split] };
  const fifth = Float64Array.from(accuracies).sort()[Math.floor(accuracies.length / 20)];
  const from = Math.floor(Math.min(own.accuracy, fifth)) - 1;
  const nameOf = (index: number) => benchmark.at(index).toString();
  const rows = paretoRows(costs, accuracies, nameOf, from);
  const beaten = rows.front.findLast((row) => row.cost <= own.cost);
  const behind =
    beaten && beaten.accuracy > own.accuracy
      ? `${(beaten.accuracy - own.accuracy).toFixed(2)} points below it`
      : "on it";
  const lines = [
    `${dataTitles[data]} ${split} accuracy after ${entry.epochs} epochs at full size, as ${benchmark.title} trained them`,
    `■ the Pareto front: ${count(rows.front.length)} of ${count(accuracies.length)} architectures; this one is ${behind}`,
    rows.hidden > 0 ? `${count(rows.hidden)} architectures below ${from} % are not drawn` : "",
    note,
  ];
  const table = textTable([
    [costTitles[cost], "accuracy (%)", "architecture"],
    ...rows.front.map((row) => [row.cost.toFixed(3), row.accuracy.toFixed(2), row.architecture]),
  ]);
  const words = ["Accuracy against cost of all architectures", ...lines, table].filter(Boolean).join("\n");
  return new Figure((page) => paretoSpecification(rows, own, costTitles[cost], lines, page), words);
}
