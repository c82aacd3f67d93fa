// Curves by epoch, one for each run that is compared: of several seeds the mean with a band of one standard deviation.
import { spread } from "../benchmarks";
import type { Specification } from "./draw";
import { epochAxis } from "./history";
import { grey, otherColours } from "./theme";

/** A point of a run's curves: numbers by the curves' names, bands by their names with "Band" behind. */
export interface CurveRow {
  readonly run: string;
  readonly epoch: number;
}

/** By epoch what each run says of it; of runs that went different ways, those that came so far. */
export function byEpoch<Row extends { readonly epoch: number }>(
  runs: readonly Iterable<Row>[],
  value: (row: Row) => number,
): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const rows of runs) for (const row of rows) found.set(row.epoch, [...(found.get(row.epoch) ?? []), value(row)]);
  return found;
}

const round = (value: number) => Number(value.toPrecision(9));

/** The mean, and of several runs the band, even where a single one of them came so far. */
export function banded(values: readonly number[], several: boolean): { mean: number; band?: [number, number] } {
  const { mean, std } = spread(values);
  return { mean: round(mean), ...(several && { band: [round(mean - std), round(mean + std)] }) };
}

/** Of the rows that have a band, its ends. */
export const bandTransform = (field: string) => [
  { filter: `isValid(datum.${field})` },
  { calculate: `datum.${field}[0]`, as: "low" },
  { calculate: `datum.${field}[1]`, as: "high" },
];

export const dashes = [
  [1, 0],
  [7, 4],
  [2, 3],
  [9, 3, 2, 3],
];

/** A look for each run, of some in turn. */
export const byRun = (names: readonly string[], looks: readonly unknown[]) => ({
  field: "run",
  type: "nominal",
  scale: { domain: names, range: names.map((_, k) => looks[k % looks.length]) },
  legend: {
    title: null,
    orient: "bottom",
    direction: "horizontal",
    symbolType: "stroke",
    symbolSize: 700,
    symbolOpacity: 1,
  },
});

export interface CurveOptions<Field extends string> {
  readonly field: Field;
  /** Of the y axis. */
  readonly title: string;
  /** A level to compare with. */
  readonly line?: number;
  readonly width: number;
  readonly height?: number;
}

/** A curve for each run, and its band where it has one. */
export function curves<Field extends string>(
  names: readonly string[],
  rows: readonly CurveRow[],
  { field, title, line, width, height = 150 }: CurveOptions<Field>,
): Specification {
  const numbers = rows as readonly (CurveRow & Readonly<Record<string, unknown>>)[];
  const values = [
    ...(line === undefined ? [] : [line]),
    ...numbers.flatMap((row) => [row[field] as number, ...((row[`${field}Band`] as number[] | undefined) ?? [])]),
  ].filter((value) => value !== undefined);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const y = {
    type: "quantitative",
    title,
    scale: { domain: [low, Math.max(high, low + 0.01 * Math.abs(low), low + 1e-6)], nice: false, padding: 8 },
    axis: { tickCount: 5, minExtent: 34 },
  };
  const x = epochAxis(rows.map(({ epoch }) => epoch));
  return {
    width,
    height,
    layer: [
      ...(line === undefined
        ? []
        : [{ mark: { type: "rule", color: grey, strokeDash: [4, 3] }, encoding: { y: { datum: line, ...y } } }]),
      {
        transform: bandTransform(`${field}Band`),
        mark: { type: "area", opacity: 0.18 },
        encoding: { x, y: { field: "low", ...y }, y2: { field: "high" }, color: byRun(names, otherColours) },
      },
      {
        mark: { type: "line", strokeWidth: 2, point: { size: 18 } },
        encoding: {
          x,
          y: { field, ...y },
          color: byRun(names, otherColours),
          strokeDash: byRun(names, dashes), // curves that lie on each other are both seen
          tooltip: ["run", "epoch", field].map((name) => ({ field: name })),
        },
      },
    ],
  };
}
