// Several runs side by side, from what they recorded: how their weights move, how undecided they are, what they would derive.
import { type BenchmarkData, type BenchmarkSplit, benchmarkOf } from "../benchmarks";
import { UserError } from "../errors";
import type { Architecture } from "../spaces";
import type { EpochRecord, SearchRun } from "../trainer";
import { dataTitles } from "./accuracies";
import { chart } from "./chart";
import type { Specification } from "./draw";
import { operationChannels, operationLegend } from "./edge-panels";
import { fullTitle, type Labels, labelsOf, uniformShare, uniformWeight } from "./edges";
import { uniformEntropy, uniformLabel } from "./entropy";
import { Figure } from "./figure";
import { epochAxis } from "./history";
import { scaleNote } from "./scale";
import { grey, otherColours } from "./theme";
import { percent, textTable } from "./words";

export interface CompareOptions {
  /** The edge whose weights are drawn, as the space names it; without it they are averaged over the edges. */
  readonly edge?: string;
  /** What the benchmark's accuracies are of. */
  readonly data?: BenchmarkData;
  readonly split?: BenchmarkSplit;
}

/** Runs by the names that they are shown under; of a list, the titles of their methods. */
export type Runs = readonly SearchRun[] | Readonly<Record<string, SearchRun>>;

interface Named {
  readonly name: string;
  readonly run: SearchRun;
}

/** Panels in a row. */
const COLUMNS = 4;

/** Numbers titles that are there twice. */
function named(runs: Runs): Named[] {
  if (!Array.isArray(runs)) return Object.entries(runs).map(([name, run]) => ({ name, run }));
  const titles = (runs as SearchRun[]).map(({ method }) => method.title);
  return (runs as SearchRun[]).map((run, k) => {
    const same = titles.filter((title) => title === titles[k]).length;
    const nth = titles.slice(0, k + 1).filter((title) => title === titles[k]).length;
    return { name: same > 1 ? `${titles[k]} (${nth})` : titles[k], run };
  });
}

function check(runs: readonly Named[], edge: string | undefined): void {
  if (runs.length === 0) throw new UserError("compare: there are no runs; give a list of them, or { name: run }");
  const [first] = runs;
  for (const { name, run } of runs) {
    if (run.history.length === 0)
      throw new UserError(`compare: "${name}" has no finished epoch yet; run a stage of it first`);
    if (run.space !== first.run.space)
      throw new UserError(
        `compare: "${name}" searches ${run.space.title}, and "${first.name}" ${first.run.space.title}; compare runs on one space`,
      );
  }
  const { edges } = first.run.distribution;
  if (edge !== undefined && !edges.includes(edge))
    throw new UserError(`compare: there is no edge "${edge}"; the edges are ${edges.join(", ")}`);
}

export interface ShareRow {
  readonly run: string;
  readonly epoch: number;
  readonly operation: string;
  readonly mean: number;
}

/** One row a run, epoch and operation: the mean weight on an edge, or averaged over the edges that have the operation. */
function shareRows(runs: readonly Named[], { edges, operations }: Labels, edge: string | undefined): ShareRow[] {
  return operations.flatMap(({ title }, o) => {
    const chosen = edges.flatMap(({ name, candidates }, e) =>
      candidates.includes(o) && (edge === undefined || name === edge) ? [e] : [],
    );
    if (chosen.length === 0) return [];
    return runs.flatMap(({ name, run }) =>
      Array.from(run.history, ({ epoch, mean }) => ({
        run: name,
        epoch,
        operation: title,
        mean: Number((chosen.reduce((sum, e) => sum + mean[e][o], 0) / chosen.length).toFixed(6)),
      })),
    );
  });
}

export interface ProgressRow {
  readonly run: string;
  readonly epoch: number;
  /** Nats. */
  readonly entropy: number;
  /** In the benchmark, of the architecture that was the most probable after the epoch; per cent. Without a benchmark there is none. */
  readonly accuracy?: number;
}

function progressRows(runs: readonly Named[], accuracy: ((record: EpochRecord) => number) | null): ProgressRow[] {
  return runs.flatMap(({ name, run }) =>
    [...run.history].map((record) => ({
      run: name,
      epoch: record.epoch,
      entropy: Number(record.entropy.toFixed(6)),
      ...(accuracy && { accuracy: accuracy(record) }),
    })),
  );
}

/** The weights' panels, one a run. */
function sharePanels(
  rows: readonly ShareRow[],
  names: readonly string[],
  labels: Labels,
  uniform: number | null,
): Specification {
  const columns = Math.min(names.length, COLUMNS);
  const y = {
    type: "quantitative",
    title: "mean weight",
    scale: { domain: [0, Math.max((uniform ?? 0) + 0.05, ...rows.map(({ mean }) => mean))], nice: false, padding: 4 },
    axis: { tickCount: 5, minExtent: 34 },
  };
  return {
    data: { values: rows },
    facet: { field: "run", type: "nominal", sort: names },
    columns,
    spacing: { row: 18, column: 18 },
    spec: {
      width: (628 - 18 * (columns - 1)) / columns,
      height: 130,
      layer: [
        ...(uniform === null
          ? []
          : [{ mark: { type: "rule", color: grey, strokeDash: [3, 3] }, encoding: { y: { datum: uniform, ...y } } }]),
        {
          mark: { type: "line", strokeWidth: 2, point: { size: 14 } },
          encoding: {
            x: epochAxis(rows.map(({ epoch }) => epoch)),
            y: { field: "mean", ...y },
            color: { ...operationChannels(labels).color, legend: operationLegend },
            tooltip: ["run", "epoch", "operation", "mean"].map((field) => ({ field })),
          },
        },
      ],
    },
  };
}

const dashes = [
  [1, 0],
  [7, 4],
  [2, 3],
  [9, 3, 2, 3],
];

/** A look for each run, of some in turn. */
const byRun = (names: readonly string[], looks: readonly unknown[]) => ({
  field: "run",
  type: "nominal",
  scale: { domain: names, range: names.map((_, k) => looks[k % looks.length]) },
  legend: { title: null, orient: "bottom", direction: "horizontal", symbolType: "stroke", symbolSize: 700 },
});

/** A curve for each run. @param line a level to compare with. */
function curves(
  names: readonly string[],
  field: keyof ProgressRow,
  title: string,
  rows: readonly ProgressRow[],
  line: number,
  width: number,
) {
  const values = [line, ...rows.map((row) => row[field] as number)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const y = {
    type: "quantitative",
    title,
    scale: { domain: [low, Math.max(high, low + 0.01)], nice: false, padding: 8 },
    axis: { tickCount: 5, minExtent: 34 },
  };
  return {
    width,
    height: 150,
    layer: [
      { mark: { type: "rule", color: grey, strokeDash: [4, 3] }, encoding: { y: { datum: line, ...y } } },
      {
        mark: { type: "line", strokeWidth: 2, point: { size: 18 } },
        encoding: {
          x: epochAxis(rows.map(({ epoch }) => epoch)),
          y: { field, ...y },
          color: byRun(names, otherColours),
          strokeDash: byRun(names, dashes), // curves that lie on each other are both seen
          tooltip: ["run", "epoch", field].map((name) => ({ field: name })),
        },
      },
    ],
  };
}

/**
 * Runs on one space side by side: each run's mean weights by epoch; the entropy of their distributions; where a benchmark knows the space,
 * its accuracy of the architecture that each would have derived after each epoch.
 * @throws UserError without runs, for one that has no finished epoch, for runs on different spaces, and for an unknown edge.
 */
export function compareFigure(source: Runs, { edge, data = "cifar10", split = "test" }: CompareOptions = {}): Figure {
  const runs = named(source);
  check(runs, edge);
  const names = runs.map(({ name }) => name);
  const { space } = runs[0].run;
  const all = labelsOf(space);
  const labels = { ...all, edges: all.edges.filter(({ name }) => edge === undefined || name === edge) };
  const benchmark = benchmarkOf(space);
  const what = `${dataTitles[data]} ${split} accuracy`;
  const judged = (architecture: Architecture) => benchmark!.query(architecture).accuracies[data][split];
  const rows = progressRows(runs, benchmark && (({ architecture }) => judged(space.parse(architecture))));
  const best = benchmark && judged(benchmark.best(data, split));
  const uniform = uniformWeight(labels);
  const notes = [...new Set(runs.map(({ run }) => scaleNote(run)).filter(Boolean))];
  const where = edge === undefined ? "averaged over the edges" : `on edge ${fullTitle(labels.edges[0])}`;
  const lines = [
    `Weights ${where}${uniform === null ? "" : `\u2003╌╌ uniform, ${uniformShare(labels)}`}`,
    `Below: mean entropy of the edges\u2003╌╌ ${uniformLabel(all)}`,
    ...(best === null
      ? []
      : [
          `${what} of the architecture so far, as ${benchmark!.title} trained it\u2003╌╌ the best, ${best.toFixed(2)} %`,
        ]),
    ...notes,
  ];
  const specification = chart(`${names.join(", ")} on ${space.title}`, lines, {
    vconcat: [
      sharePanels(shareRows(runs, labels, edge), names, labels, uniform),
      {
        data: { values: rows },
        hconcat: [
          curves(names, "entropy", "mean entropy (nats)", rows, uniformEntropy(all), best === null ? 628 : 283),
          ...(best === null ? [] : [curves(names, "accuracy", "benchmark accuracy (%)", rows, best, 283)]),
        ],
        spacing: 24,
      },
    ],
    spacing: 26,
    resolve: { scale: { color: "independent", strokeDash: "independent" } },
  });
  return new Figure(specification, compareText(runs, rows, what, notes));
}

function compareText(
  runs: readonly Named[],
  rows: readonly ProgressRow[],
  what: string,
  notes: readonly string[],
): string {
  const judged = rows[0].accuracy !== undefined;
  const table = textTable([
    ["run", "epochs", "entropy", "valid accuracy", ...(judged ? [what] : []), "architecture"],
    ...runs.map(({ name, run }) => {
      const last = run.history[run.history.length - 1];
      const { accuracy } = rows.findLast((each) => each.run === name)!;
      return [
        name,
        String(last.epoch),
        last.entropy.toFixed(3),
        percent(last.valid.accuracy),
        ...(accuracy === undefined ? [] : [`${accuracy.toFixed(2)} %`]),
        last.architecture,
      ];
    }),
  ]);
  return [`Comparison on ${runs[0].run.space.title}`, ...notes, table].join("\n");
}
