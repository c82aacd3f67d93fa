// Whether a good validation accuracy means a good test accuracy: both, of all architectures that a benchmark has trained.
import { spearman } from "../analysis";
import type { BenchmarkEntry } from "../benchmarks";
import { dataTitles } from "./accuracies";
import { chart, pageWidth } from "./chart";
import type { Specification } from "./draw";
import { Figure } from "./figure";
import { pointedDot } from "./pointed";
import { extent, type SquareRow, squareRows, squaresLayer } from "./squares";
import { count } from "./words";

/** Squares a side. */
const BINS = 60;

export interface ValidTestRows {
  readonly squares: readonly SquareRow[];
  /** Of all architectures, those too that are not drawn. */
  readonly correlation: number;
  readonly hidden: number;
}

/** @param from architectures below this validation or test accuracy are not drawn. */
export function validTestRows(valid: ArrayLike<number>, test: ArrayLike<number>, from: number): ValidTestRows {
  const shown = Array.from(valid, (_, k) => k).filter((k) => valid[k] >= from && test[k] >= from);
  const of = (values: ArrayLike<number>) => shown.map((k) => values[k]);
  return {
    squares: squareRows(of(valid), of(test), BINS),
    correlation: spearman(valid, test),
    hidden: valid.length - shown.length,
  };
}

export function validTestSpecification(
  { squares }: ValidTestRows,
  mark: { readonly valid: number; readonly test: number },
  lines: readonly string[],
  page: number = pageWidth,
): Specification {
  const ends = (low: "x" | "y", high: "x2" | "y2") => extent(squares.flatMap((square) => [square[low], square[high]]));
  const axis = (title: string, domain: readonly number[]) => ({
    title,
    scale: { domain, nice: false, padding: 6 },
    axis: { tickCount: 8, gridOpacity: 0.15 },
  });
  const side = Math.min(page - 90, 440);
  const [low, high] = ends("x", "x2");
  const body = {
    width: side,
    height: Math.round(0.8 * side),
    layer: [
      squaresLayer(squares, axis("validation accuracy (%)", [low, high]), axis("test accuracy (%)", ends("y", "y2"))),
      ...pointedDot({ x: mark.valid, y: mark.test }, (low + high) / 2, ["x", "y"]),
    ],
  };
  return chart("Validation against test accuracy of all architectures", lines, body, page);
}

/** The figure of a benchmark's entry among all. */
export function validTestFigure(entry: BenchmarkEntry, data: string = entry.dataset, note = ""): Figure {
  const { benchmark } = entry;
  const [valid, test] = (["valid", "test"] as const).map((split) => benchmark.all(data, split, entry.epochs));
  const mark = { valid: entry.accuracies[data].valid, test: entry.accuracies[data].test };
  const fifth = (values: Float64Array) => Float64Array.from(values).sort()[Math.floor(values.length / 20)];
  const from = Math.floor(Math.min(mark.valid, mark.test, fifth(valid), fifth(test))) - 1;
  const rows = validTestRows(valid, test, from);
  const lines = [
    `${dataTitles[data]}, ${count(valid.length)} architectures after ${entry.epochs} epochs at full size, as ${benchmark.title} trained them; Spearman's rank correlation ${rows.correlation.toFixed(3)}`,
    rows.hidden > 0 ? `${count(rows.hidden)} architectures below ${from} % are not drawn` : "",
    note,
  ];
  const words = [
    "Validation against test accuracy of all architectures",
    ...lines,
    entry.architecture.toString(),
    `validation ${mark.valid.toFixed(2)} % (rank ${count(entry.rank[data].valid)}), test ${mark.test.toFixed(2)} % (rank ${count(entry.rank[data].test)})`,
  ];
  return new Figure((page) => validTestSpecification(rows, mark, lines, page), words.filter(Boolean).join("\n"));
}
