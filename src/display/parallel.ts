// Settings and results of runs as parallel coordinates: an axis for each setting in which they differ and for each result, a line a run.
import { checkRuns, named, type Runs } from "../analysis";
import { type Benchmark, type BenchmarkData, type BenchmarkSplit, benchmarkOf } from "../benchmarks";
import { settingsFor } from "../methods";
import type { SearchRun } from "../trainer";
import { dataTitles } from "./accuracies";
import { chart, pageWidth } from "./chart";

import type { Specification } from "./draw";
import { Figure } from "./figure";
import { textWidth } from "./font";
import { scaleNotes } from "./scale";
import { grey } from "./theme";
import { leaves, textTable } from "./words";

export interface ParallelOptions {
  /** What the benchmark's accuracy is of. */
  readonly data?: BenchmarkData;
  readonly split?: BenchmarkSplit;
}

/** A run on an axis. */
export interface ParallelRow {
  readonly run: string;
  readonly axis: string;
  /** As it is written. */
  readonly value: string;
  /** 0 … 1 from the axis's lowest to its highest; names stand evenly in the order in which they come. */
  readonly place: number;
}

/** An axis: a value for each run. */
interface Axis {
  readonly title: string;
  readonly values: readonly (number | string)[];
}

/** The axes, settings before results: a setting that is the same in all runs has none, nor one in which each is as its method has it. */
function axesOf(
  runs: readonly SearchRun[],
  benchmark: Benchmark | null,
  data: BenchmarkData,
  split: BenchmarkSplit,
): Axis[] {
  const settings = runs.map(({ settings }) => new Map(leaves("", settings)));
  const usual = runs.map(({ method, space }) => new Map(leaves("", settingsFor(method, space, {}))));
  const names = [...new Set(settings.flatMap((each) => [...each.keys()]))];
  const differ = names.flatMap((name) => {
    const words = settings.map((each) => each.get(name) ?? "–");
    const isUsual = words.every((word, k) => word === (usual[k].get(name) ?? "–"));
    if (new Set(words).size === 1 || isUsual) return [];
    const numbers = words.map(Number);
    return [{ title: name, values: numbers.every(Number.isFinite) ? numbers : words }];
  });
  const last = (run: SearchRun) => run.history[run.history.length - 1];
  const methods = runs.map(({ method }) => method.title);
  return [
    ...(new Set(methods).size > 1 ? [{ title: "method", values: methods }] : []),
    ...differ,
    { title: "epochs done", values: runs.map((run) => last(run).epoch) },
    { title: "entropy (nats)", values: runs.map((run) => rounded(last(run).entropy)) },
    { title: "validation accuracy (%)", values: runs.map((run) => rounded(100 * last(run).valid.accuracy)) },
    ...(benchmark
      ? [
          {
            title: `${dataTitles[data]} ${split} accuracy (%)`,
            values: runs.map((run) => benchmark.accuracyOf(run.space.parse(last(run).architecture), data, split)),
          },
        ]
      : []),
  ];
}

const rounded = (value: number) => Number(value.toPrecision(4));

/** A row for each run and axis, the axes in their order. */
export function parallelRows(names: readonly string[], axes: readonly Axis[]): ParallelRow[] {
  return axes.flatMap(({ title, values }) => {
    const places = placesOf(values);
    return names.map((run, k) => ({ run, axis: title, value: String(values[k]), place: Number(places[k].toFixed(4)) }));
  });
}

function placesOf(values: readonly (number | string)[]): number[] {
  const isNumeric = values.every((value) => typeof value === "number");
  const kinds = [...new Set(values)];
  const numbers = isNumeric ? (values as number[]) : values.map((value) => kinds.indexOf(value));
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return numbers.map((value) => (high > low ? (value - low) / (high - low) : 0.5));
}

/** From the lowest score to the highest: lines that are seen on white and on dark, and told apart by every eye. */
const scoreColours = ["#3e7fc1", "#e69f00"] as const;

/** So many runs have a legend. */
const NAMED = 12;

export function parallelSpecification(
  rows: readonly ParallelRow[],
  lines: readonly string[],
  page: number = pageWidth,
): Specification {
  const axes = [...new Set(rows.map(({ axis }) => axis))];
  const runs = [...new Set(rows.map(({ run }) => run))];
  const result = axes[axes.length - 1];
  const scores = new Map(rows.filter(({ axis }) => axis === result).map(({ run, value }) => [run, Number(value)]));
  const values = rows.map((row) => ({ ...row, score: scores.get(row.run) }));
  // An axis is numbered at its ends, and named where its values are names.
  const ticks = axes.flatMap((axis) => {
    const own = rows.filter((row) => row.axis === axis);
    const isNumeric = own.every(({ value }) => Number.isFinite(Number(value)));
    const shown = own.filter(({ place }) => !isNumeric || place === 0 || place === 1 || place === 0.5);
    return [
      ...new Map(
        shown.map(({ place, value }) => [place, { axis, place, value: shortened(value, page / axes.length) }]),
      ).values(),
    ];
  });
  const x = {
    field: "axis",
    type: "nominal",
    sort: axes,
    scale: { type: "point", domain: axes, padding: 0.6 },
    title: null,
    axis: {
      orient: "top",
      labelAngle: page / axes.length > 120 ? 0 : -28,
      labelOverlap: false,
      domain: false,
      ticks: false,
    },
  };
  const place = { field: "place", type: "quantitative", scale: { domain: [0, 1], padding: 8 }, axis: null };
  const body = {
    width: page - (page / axes.length > 120 ? 40 : 60 + Math.max(0, textWidth(axes[axes.length - 1], 11) * 0.88 - 60)),
    height: 280,
    data: { values },
    layer: [
      { mark: { type: "rule", color: grey }, encoding: { x } },
      {
        mark: { type: "line", strokeWidth: 2, opacity: 0.85 },
        encoding: {
          x,
          y: place,
          detail: { field: "run" },
          color: {
            field: "score",
            type: "quantitative",
            scale: { range: [...scoreColours], zero: false, nice: false },
            legend: {
              title: result,
              titleLimit: 260,
              orient: "bottom",
              direction: "horizontal",
              gradientLength: 200,
              tickCount: 4,
            },
          },
          ...(runs.length <= 6 && {
            strokeDash: {
              field: "run",
              type: "nominal",
              sort: runs,
              legend: {
                title: null,
                orient: "bottom",
                columns: page >= 600 ? 3 : 1,
                symbolType: "stroke",
                symbolSize: 700,
                labelLimit: 300,
              },
            },
          }),
        },
      },
      {
        mark: { type: "point", filled: true, size: 40, opacity: 1 },
        encoding: {
          x,
          y: place,
          color: { field: "score", type: "quantitative" },
          tooltip: [{ field: "run" }, { field: "axis" }, { field: "value" }],
        },
      },
      {
        data: { values: ticks },
        mark: { type: "text", style: "guide-label", color: grey, fontSize: 10, align: "left", dx: 6, dy: -6 },
        encoding: { x, y: place, text: { field: "value" } },
      },
    ],
  };
  return chart("Settings and results of runs", lines, body, page);
}

/** What fits between two axes. */
function shortened(value: string, width: number): string {
  const number = Number(value);
  if (Number.isFinite(number)) return String(Number(number.toPrecision(width > 60 ? 5 : 3)));
  const letters = Math.max(4, Math.floor((width - 8) / 6));
  return value.length > letters ? `${value.slice(0, letters - 1)}…` : value;
}

/** The figure of runs on one space, in the frame of `compare`. @throws UserError as `compare` does. */
export function parallelFigure(source: Runs, { data = "cifar10", split = "test" }: ParallelOptions = {}): Figure {
  const groups = named(source);
  checkRuns("parallel", groups);
  const runs = groups.flatMap(({ name, runs }) =>
    runs.map((run, k) => ({ name: runs.length > 1 ? `${name} (${k + 1})` : name, run })),
  );
  const { space } = runs[0].run;
  const axes = axesOf(
    runs.map(({ run }) => run),
    benchmarkOf(space),
    data,
    split,
  );
  const rows = parallelRows(
    runs.map(({ name }) => name),
    axes,
  );
  const notes = scaleNotes(runs.map(({ run }) => run));
  const several = runs.length > NAMED ? `${runs.length} runs` : runs.map(({ name }) => name).join(", ");
  const lines = [
    `${several} on ${space.title}; a setting that is the same in all, or the method's own, has no axis`,
    ...notes,
  ];
  const table = textTable([
    ["run", ...axes.map(({ title }) => title)],
    ...runs.map(({ name }, k) => [name, ...axes.map(({ values }) => String(values[k]))]),
  ]);
  return new Figure(
    (page) => parallelSpecification(rows, lines, page),
    ["Settings and results of runs", ...lines, table].join("\n"),
  );
}
