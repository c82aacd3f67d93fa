// Several runs side by side, from what they recorded: how their weights move, how undecided they are, what they would derive.
import { checkRuns, type Named, named, type Runs } from "../analysis";
import { type BenchmarkData, type BenchmarkSplit, benchmarkOf, spread } from "../benchmarks";
import { UserError } from "../errors";
import type { Architecture } from "../spaces";
import type { EpochRecord, SearchRun } from "../trainer";
import { dataTitles } from "./accuracies";
import { chart, pageWidth } from "./chart";
import type { Specification } from "./draw";
import { operationChannels, operationLegend } from "./edge-panels";
import { fullTitle, type Labels, labelsOf, uniformShare, uniformWeight } from "./edges";
import { uniformEntropy, uniformLabel } from "./entropy";
import { Figure } from "./figure";
import { epochAxis } from "./history";
import { banded, bandTransform, byEpoch, curves } from "./run-curves";
import { scaleNotes } from "./scale";
import { grey } from "./theme";
import { percent, textTable } from "./words";

export interface CompareOptions {
  /** The edge whose weights are drawn, as the space names it; without it they are averaged over the edges. */
  readonly edge?: string;
  /** What the benchmark's accuracies are of. */
  readonly data?: BenchmarkData;
  readonly split?: BenchmarkSplit;
}

/** Panels in a row. */
const COLUMNS = 4;

function checkEdge({ distribution: { edges } }: SearchRun, edge: string | undefined): void {
  if (edge !== undefined && !edges.includes(edge))
    throw new UserError(`compare: there is no edge "${edge}"; the edges are ${edges.join(", ")}`);
}

export interface ShareRow {
  readonly run: string;
  readonly epoch: number;
  readonly operation: string;
  readonly mean: number;
  /** One standard deviation below and above, where there are several runs. */
  readonly band?: readonly [number, number];
}

const historiesOf = (runs: readonly SearchRun[]) => runs.map(({ history }) => history);

/** One row a run, epoch and operation: the mean weight on an edge, or averaged over the edges that have the operation. */
function shareRows(runs: readonly Named[], { edges, operations }: Labels, edge: string | undefined): ShareRow[] {
  return operations.flatMap(({ title }, o) => {
    const chosen = edges.flatMap(({ name, candidates }, e) =>
      candidates.includes(o) && (edge === undefined || name === edge) ? [e] : [],
    );
    if (chosen.length === 0) return [];
    return runs.flatMap(({ name, runs }) =>
      Array.from(
        byEpoch(historiesOf(runs), ({ mean }) => chosen.reduce((sum, e) => sum + mean[e][o], 0) / chosen.length),
        ([epoch, values]) => ({ run: name, epoch, operation: title, ...banded(values, runs.length > 1) }),
      ),
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
  /** One standard deviation below and above, where there are several runs. */
  readonly entropyBand?: readonly [number, number];
  readonly accuracyBand?: readonly [number, number];
}

function progressRows(runs: readonly Named[], accuracy: ((record: EpochRecord) => number) | null): ProgressRow[] {
  return runs.flatMap(({ name, runs }) => {
    const several = runs.length > 1;
    const judged = accuracy && byEpoch(historiesOf(runs), accuracy);
    return Array.from(
      byEpoch(historiesOf(runs), ({ entropy }) => entropy),
      ([epoch, entropies]) => {
        const entropy = banded(entropies, several);
        const score = judged && banded(judged.get(epoch)!, several);
        return {
          run: name,
          epoch,
          entropy: entropy.mean,
          ...(entropy.band && { entropyBand: entropy.band }),
          ...(score && { accuracy: score.mean, ...(score.band && { accuracyBand: score.band }) }),
        };
      },
    );
  });
}

/** The weights' panels, one a run. */
function sharePanels(
  rows: readonly ShareRow[],
  names: readonly string[],
  labels: Labels,
  uniform: number | null,
  page: number,
): Specification {
  const columns = Math.min(names.length, Math.round((COLUMNS * page) / pageWidth));
  const y = {
    type: "quantitative",
    title: "mean weight",
    scale: {
      domain: [0, Math.max((uniform ?? 0) + 0.05, ...rows.map(({ mean, band }) => band?.[1] ?? mean))],
      nice: false,
      padding: 4,
    },
    axis: { tickCount: 5, minExtent: 34 },
  };
  return {
    data: { values: rows },
    facet: { field: "run", type: "nominal", sort: names },
    columns,
    spacing: { row: 18, column: 18 },
    spec: {
      width: (page - 92 - 18 * (columns - 1)) / columns,
      height: 130,
      layer: [
        ...(uniform === null
          ? []
          : [{ mark: { type: "rule", color: grey, strokeDash: [3, 3] }, encoding: { y: { datum: uniform, ...y } } }]),
        {
          transform: bandTransform("band"),
          mark: { type: "area", opacity: 0.2 },
          encoding: {
            x: epochAxis(rows.map(({ epoch }) => epoch)),
            y: { field: "low", ...y },
            y2: { field: "high" },
            color: { ...operationChannels(labels).color, legend: operationLegend },
          },
        },
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

/**
 * Runs on one space side by side: each run's mean weights by epoch; the entropy of their distributions; where a benchmark knows the space,
 * its accuracy of the architecture that each would have derived after each epoch. Of runs that differ in their seeds, `{ name: [run, …] }`,
 * the mean by epoch with a band of one standard deviation on each side.
 * @throws UserError without runs, for one that has no finished epoch, for runs on different spaces, and for an unknown edge.
 */
export function compareFigure(source: Runs, { edge, data = "cifar10", split = "test" }: CompareOptions = {}): Figure {
  const runs = named(source);
  checkRuns("compare", runs);
  const [first] = runs[0].runs;
  checkEdge(first, edge);
  const names = runs.map(({ name }) => name);
  const { space } = first;
  const all = labelsOf(space);
  const labels = { ...all, edges: all.edges.filter(({ name }) => edge === undefined || name === edge) };
  const benchmark = benchmarkOf(space);
  const what = `${dataTitles[data]} ${split} accuracy`;
  const judged = (architecture: Architecture) => benchmark!.accuracyOf(architecture, data, split);
  const rows = progressRows(runs, benchmark && (({ architecture }) => judged(space.parse(architecture))));
  const best = benchmark && judged(benchmark.best(data, split));
  const uniform = uniformWeight(labels);
  const notes = scaleNotes(runs.flatMap(({ runs }) => runs));
  const counts = [...new Set(runs.map(({ runs }) => runs.length))].sort((a, b) => a - b);
  const seeds = counts.at(-1)! > 1 ? counts.join(" or ") : "";
  const where = edge === undefined ? "averaged over the edges" : `on edge ${fullTitle(labels.edges[0])}`;
  const lines = [
    `Weights ${where}${uniform === null ? "" : `\u2003╌╌ uniform, ${uniformShare(labels)}`}`,
    `Below: mean entropy of the edges\u2003╌╌ ${uniformLabel(all)}`,
    ...(best === null
      ? []
      : [
          `${what} of the architecture so far, as ${benchmark!.title} trained it\u2003╌╌ the best, ${best.toFixed(2)} %`,
        ]),
    ...(seeds ? [`Lines: means of ${seeds} seeds; bands: one standard deviation on each side`] : []),
    ...notes,
  ];
  const shares = shareRows(runs, labels, edge);
  const specification = (page: number) => {
    const sideBySide = page >= 600 && best !== null;
    const width = sideBySide ? Math.floor((page - 154) / 2) : page - 92;
    return chart(
      `${names.join(", ")} on ${space.title}`,
      lines,
      {
        vconcat: [
          sharePanels(shares, names, labels, uniform, page),
          {
            data: { values: rows },
            [sideBySide ? "hconcat" : "vconcat"]: [
              curves(names, rows, { field: "entropy", title: "mean entropy (nats)", line: uniformEntropy(all), width }),
              ...(best === null
                ? []
                : [curves(names, rows, { field: "accuracy", title: "benchmark accuracy (%)", line: best, width })]),
            ],
            spacing: 24,
          },
        ],
        spacing: 26,
        resolve: { scale: { color: "independent", strokeDash: "independent" } },
      },
      page,
    );
  };
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
    ...runs.map(({ name, runs }) => {
      const ends = runs.map(({ history }) => history[history.length - 1]);
      const { accuracy, accuracyBand } = rows.findLast((each) => each.run === name)!;
      const deviation = accuracyBand ? ` ± ${((accuracyBand[1] - accuracyBand[0]) / 2).toFixed(2)}` : "";
      return [
        name,
        String(Math.max(...ends.map(({ epoch }) => epoch))),
        spread(ends.map(({ entropy }) => entropy)).mean.toFixed(3),
        percent(spread(ends.map(({ valid }) => valid.accuracy)).mean),
        ...(accuracy === undefined ? [] : [`${accuracy.toFixed(2)}${deviation} %`]),
        runs.length === 1 ? ends[0].architecture : `${runs.length} seeds`,
      ];
    }),
  ]);
  return [`Comparison on ${runs[0].runs[0].space.title}`, ...notes, table].join("\n");
}
