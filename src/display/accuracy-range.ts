// How good the architectures are that a distribution gives, epoch by epoch, by a benchmark (DrNAS, figure 1).
import { type AccuracyRangeOptions, accuracyRange, checkRuns, named, type Runs } from "../analysis";
import { benchmarkOf } from "../benchmarks";
import { UserError } from "../errors";
import { dataTitles } from "./accuracies";
import { chart } from "./chart";
import type { Specification } from "./draw";
import { Figure } from "./figure";
import { epochAxis } from "./history";
import { scaleNotes } from "./scale";
import { grey, otherColours } from "./theme";
import { textTable } from "./words";

export interface AccuracyRangeFigureOptions extends AccuracyRangeOptions {
  /** The data sets to draw, by the benchmark's names; all by default. */
  readonly data?: string | readonly string[];
}

const titleOf = (data: string): string => (dataTitles as Readonly<Record<string, string>>)[data] ?? data;

interface RangeRow {
  readonly run: string;
  readonly epoch: number;
  readonly data: string;
  readonly low: number;
  readonly high: number;
  readonly architecture: number;
}

/**
 * A panel a data set: the band from the worst to the best of 100 architectures drawn after each epoch, and the line of the one that the
 * mean weights give. Runs lie over each other.
 * @throws UserError as `accuracyRange`, and for several seeds under one name, or an unknown data set.
 */
export function accuracyRangeFigure(source: Runs, { data, ...options }: AccuracyRangeFigureOptions = {}): Figure {
  const runs = named(source);
  checkRuns("accuracyRange", runs);
  const several = runs.find(({ runs }) => runs.length > 1);
  if (several)
    throw new UserError(`accuracyRange: "${several.name}" is ${several.runs.length} runs; give each a name of its own`);
  const { samples = 100, split = "test" } = options;
  const names = runs.map(({ name }) => name);
  const all = runs.flatMap(({ name, runs: [run] }) =>
    accuracyRange(run, options).map((row) => ({ run: name, ...row })),
  );
  const known = [...new Set(all.map((row) => row.data))];
  const wanted = data === undefined ? known : [data].flat();
  const unknown = wanted.find((each) => !known.includes(each));
  if (unknown !== undefined || wanted.length === 0)
    throw new UserError(`accuracyRange: there is no data set "${unknown ?? ""}"; there are ${known.join(", ")}`);
  const [run] = runs[0].runs;
  const benchmark = benchmarkOf(run.space)!;
  const best = (data: string) => {
    const own = data as keyof typeof dataTitles;
    return benchmark.query(benchmark.best(own, split)).accuracies[own][split];
  };
  const rows = all.map(({ run, epoch, data, low, high, architecture }) => ({
    run,
    epoch,
    data,
    low,
    high,
    architecture,
  }));
  const title = "What the distribution's architectures are worth";
  const lines = [
    `Bands: the worst to the best of ${samples} architectures drawn after each epoch; lines: the architecture of the mean weights\u2003╌╌ the best of all`,
    `${split === "test" ? "Test" : "Validation"} accuracies at full size, as ${benchmark.title} trained them`,
    ...scaleNotes(runs.flatMap(({ runs }) => runs)),
  ];
  const specification = (page: number) => {
    const columns = page >= 600 ? wanted.length : 1;
    const width = Math.floor((page - 60) / columns) - 50;
    return chart(
      title,
      lines,
      {
        [columns > 1 ? "hconcat" : "vconcat"]: wanted.map((data) =>
          panel(
            names,
            rows.filter((row) => row.data === data),
            { title: titleOf(data), best: best(data), width },
          ),
        ),
        spacing: 18,
      },
      page,
    );
  };
  const last = (name: string, data: string) => all.findLast((row) => row.run === name && row.data === data)!;
  const table = textTable([
    ["run", "data", "epoch", "worst", "mean", "best", "of the mean weights", "distinct"],
    ...names.flatMap((name) =>
      wanted.map((data) => {
        const { epoch, low, mean, high, architecture, distinct } = last(name, data);
        const cells = [low, mean, high, architecture].map((accuracy) => accuracy.toFixed(2));
        return [name, titleOf(data), String(epoch), ...cells, `${distinct} of ${samples}`];
      }),
    ),
  ]);
  return new Figure(specification, [title, ...lines, table].join("\n"));
}

function panel(
  names: readonly string[],
  rows: readonly RangeRow[],
  { title, best, width }: { title: string; best: number; width: number },
): Specification {
  const y = {
    type: "quantitative",
    title: "accuracy (%)",
    scale: { domain: [Math.min(...rows.map(({ low }) => low)), best], nice: false, padding: 8 },
    axis: { tickCount: 6, minExtent: 28 },
  };
  const x = epochAxis(
    rows.map(({ epoch }) => epoch),
    6,
  );
  const color = {
    field: "run",
    type: "nominal",
    scale: { domain: names, range: names.map((_, k) => otherColours[k % otherColours.length]) },
    legend: names.length > 1 ? { title: null, orient: "bottom", direction: "horizontal", symbolOpacity: 1 } : null,
  };
  return {
    title: { text: title, fontSize: 11, fontWeight: "bold", anchor: "middle", offset: 6 },
    width,
    height: 170,
    data: { values: rows },
    layer: [
      { mark: { type: "rule", color: grey, strokeDash: [4, 3] }, encoding: { y: { datum: best, ...y } } },
      {
        mark: { type: "area", opacity: 0.22 },
        encoding: { x, y: { field: "low", ...y }, y2: { field: "high" }, color },
      },
      {
        mark: { type: "line", strokeWidth: 2, point: { size: 18 } },
        encoding: {
          x,
          y: { field: "architecture", ...y },
          color,
          tooltip: ["run", "epoch", "low", "high", "architecture"].map((field) => ({ field })),
        },
      },
    ],
  };
}
