// Very many points as squares of a grid, the more of them in one the darker: a picture of a few kilobytes.
import type { Specification } from "./draw";

export interface SquareRow {
  /** The square, [x, x2) × [y, y2). */
  readonly x: number;
  readonly x2: number;
  readonly y: number;
  readonly y2: number;
  readonly architectures: number;
}

/** Squares of a grid of so many bins a side that hold at least one point. */
export function squareRows(xs: ArrayLike<number>, ys: ArrayLike<number>, bins: number): SquareRow[] {
  const [x, y] = [sides(xs, bins), sides(ys, bins)];
  const counts = new Map<number, number>();
  for (let k = 0; k < xs.length; k++) {
    const place = x.bin(xs[k]) * bins + y.bin(ys[k]);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([place, architectures]) => {
      const [column, row] = [Math.floor(place / bins), place % bins];
      return { x: x.end(column), x2: x.end(column + 1), y: y.end(row), y2: y.end(row + 1), architectures };
    });
}

function sides(values: ArrayLike<number>, bins: number) {
  const [low, high] = extent(values);
  const width = (high - low) / bins || 1;
  return {
    bin: (value: number) => Math.min(bins - 1, Math.floor((value - low) / width)),
    end: (bin: number) => Number((low + bin * width).toFixed(4)),
  };
}

export function extent(values: ArrayLike<number>): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of Array.from(values)) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** The layer of the squares. @param x, y axes, with titles. */
export const squaresLayer = (rows: readonly SquareRow[], x: Specification, y: Specification): Specification => ({
  data: { values: rows },
  mark: { type: "rect" },
  encoding: {
    x: { field: "x", type: "quantitative", ...x },
    x2: { field: "x2" },
    y: { field: "y", type: "quantitative", ...y },
    y2: { field: "y2" },
    color: {
      field: "architectures",
      type: "quantitative",
      // Blue that is seen on white and on dark, by the logarithm of the count.
      scale: { type: "log", range: ["#a9c4e0", "#24486e"] },
      legend: {
        title: "architectures",
        orient: "bottom",
        direction: "horizontal",
        gradientLength: 160,
        tickCount: 4,
        format: ",d",
      },
    },
    tooltip: [{ field: "architectures", type: "quantitative", format: ",d" }],
  },
});
