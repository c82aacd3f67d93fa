// How well training-free scores order the architectures that a benchmark has trained: rank correlations with intervals, beside what papers
// print.
import { publishedCorrelations, ScoreTable } from "../analysis";
import { type Benchmark, benchmarkOf } from "../benchmarks";
import { UserError } from "../errors";
import type { SearchSpace } from "../spaces";
import { dataTitles } from "./accuracies";
import { chart, pageWidth } from "./chart";
import type { Specification } from "./draw";
import { Figure } from "./figure";
import { grey, neutral, otherColours } from "./theme";
import { count, textTable } from "./words";

/** One table of scores, or several by the names that they are shown under. */
export type Tables = ScoreTable | Readonly<Record<string, ScoreTable>>;

export interface CorrelationOptions {
  /** What the accuracies are of; by default the benchmark's first data set. */
  readonly data?: string;
  readonly split?: string;
}

const MEASURES = { spearman: "Spearman's ρ", kendall: "Kendall's τ" } as const;

export interface CorrelationRow {
  readonly table: string;
  readonly proxy: string;
  readonly measure: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A row for each table, proxy and measure; a proxy without a correlation has none. */
export function correlationRows(
  tables: Readonly<Record<string, ScoreTable>>,
  { data, split = "test" }: CorrelationOptions = {},
): CorrelationRow[] {
  return Object.entries(tables).flatMap(([name, table]) => {
    const benchmark = requireBenchmark(table.settings.space);
    const truth = table.rows.map(({ architecture }) =>
      benchmark.accuracyOf(architecture, data ?? benchmark.data[0], split),
    );
    return table.correlations(truth).flatMap(({ proxy, correlation }) =>
      correlation === null
        ? []
        : (["spearman", "kendall"] as const).map((measure) => ({
            table: name,
            proxy,
            measure: MEASURES[measure],
            value: rounded(correlation[measure].value),
            low: rounded(correlation[measure].low),
            high: rounded(correlation[measure].high),
          })),
    );
  });
}

function requireBenchmark(space: SearchSpace): Benchmark {
  const benchmark = benchmarkOf(space);
  if (benchmark) return benchmark;
  throw new UserError(`display.correlations: no benchmark has trained the architectures of ${space.title}`);
}

export function correlationSpecification(
  rows: readonly CorrelationRow[],
  withPublished: boolean,
  lines: readonly string[],
  page: number = pageWidth,
): Specification {
  const tables = [...new Set(rows.map(({ table }) => table))];
  const best = (proxy: string) => Math.max(...rows.filter((row) => row.proxy === proxy).map(({ value }) => value));
  const proxies = [...new Set(rows.map(({ proxy }) => proxy))].sort((a, b) => best(b) - best(a));
  const printed = withPublished ? publishedCorrelations.filter(({ proxy }) => proxies.includes(proxy)) : [];
  const low = Math.min(0, ...rows.map((row) => row.low));
  const x = { type: "quantitative", scale: { domain: [low, 1], nice: true }, axis: { tickCount: 5 } };
  const y = {
    field: "proxy",
    type: "nominal",
    sort: proxies,
    title: null,
    axis: { grid: true, domain: false, ticks: false },
    scale: { type: "band", paddingInner: 0.2, paddingOuter: 0.1 },
  };
  const beside = tables.length > 1 ? { yOffset: { field: "table", sort: tables } } : {};
  const color = {
    field: "table",
    sort: tables,
    scale: { domain: tables, range: tables.map((_, k) => (k === 0 ? neutral : otherColours[k - 1])) },
    legend: tables.length > 1 ? { title: null, orient: "bottom", direction: "horizontal" } : null,
  };
  const panel = (measure: string, withPrinted: boolean, first: boolean): Specification => ({
    width: Math.round((page - 130) / 2),
    height: proxies.length * (12 + 12 * tables.length),
    title: { text: measure, anchor: "middle", fontSize: 11, fontWeight: "bold" },
    layer: [
      { data: { values: [{}] }, mark: { type: "rule", color: grey }, encoding: { x: { datum: 0, ...x } } },
      ...(withPrinted
        ? [
            {
              data: {
                values: printed.map(({ proxy, low, high }) => ({ proxy, low: low - 0.006, high: high + 0.006 })),
              },
              mark: { type: "bar", height: { band: 0.9 }, color: grey, opacity: 0.35 },
              encoding: {
                x: { field: "low", ...x, title: null },
                x2: { field: "high" },
                y: { ...y, axis: first ? y.axis : null },
              },
            },
          ]
        : []),
      ...[
        {
          mark: { type: "rule", strokeWidth: 2 },
          ends: { x: { field: "low", ...x, title: null }, x2: { field: "high" } },
        },
        {
          mark: { type: "point", filled: true, size: 50, opacity: 1 },
          ends: { x: { field: "value", ...x, title: null } },
        },
      ].map(({ mark, ends }) => ({
        data: { values: rows.filter((row) => row.measure === measure) },
        mark,
        encoding: {
          ...ends,
          y: { ...y, axis: first ? y.axis : { ...y.axis, labels: false } },
          ...beside,
          color,
          tooltip: [
            { field: "table" },
            { field: "proxy" },
            { field: "value", type: "quantitative", format: ".3f", title: measure },
            { field: "low", type: "quantitative", format: ".3f" },
            { field: "high", type: "quantitative", format: ".3f" },
          ],
        },
      })),
    ],
  });
  const body = {
    hconcat: [panel(MEASURES.spearman, printed.length > 0, true), panel(MEASURES.kendall, false, false)],
    spacing: 16,
    resolve: { scale: { color: "shared" } },
  };
  return chart("How well training-free scores order architectures", lines, body, page);
}

export function correlationFigure(tables: Tables, options: CorrelationOptions = {}): Figure {
  const given = tables instanceof ScoreTable ? { scores: tables } : tables;
  const [first, ...others] = Object.values(given).map(({ settings }) => settings.space);
  if (!first) throw new UserError("display.correlations: there are no scores; give a table, or { name: table }");
  const other = others.find((space) => space !== first);
  if (other)
    throw new UserError(
      `display.correlations: scores on ${first.title} and on ${other.title}; give tables of one space`,
    );
  const benchmark = requireBenchmark(first);
  const { data = benchmark.data[0], split = "test" } = options;
  const rows = correlationRows(given, options);
  if (rows.length === 0)
    throw new UserError("display.correlations: no proxy has three scores that differ; score more architectures");
  const printed = first.name === "nasbench201" && data === "cifar10";
  const lines = [
    `with the ${dataTitles[data]} ${split} accuracies of ${benchmark.title} after ${benchmark.epochs[0]} epochs at full size; bars: 95 % bootstrap intervals`,
    ...Object.entries(given).map(([name, table]) => `${others.length > 0 ? `${name}: ` : ""}${tableNote(table)}`),
    ...(printed ? ["grey: what papers print for CIFAR-10"] : []),
  ];
  const table = textTable([
    ["scores", "proxy", "measure", "value", "from", "to"],
    ...rows.map((row) => [
      row.table,
      row.proxy,
      row.measure,
      ...[row.value, row.low, row.high].map((n) => n.toFixed(3)),
    ]),
  ]);
  const words = ["How well training-free scores order architectures", ...lines, table].join("\n");
  return new Figure((page) => correlationSpecification(rows, printed, lines, page), words);
}

/** What scores were made under, in words. */
export function tableNote({ rows, settings, interrupted }: ScoreTable): string {
  const { data, images, size, repeats, space } = settings;
  return [
    `${count(rows.length)} architectures${interrupted ? " (interrupted)" : ""}`,
    `networks of ${size.channels} channels and ${size.cells} ${size.cells === 1 ? space.counts.replace("cells", "cell") : space.counts}`,
    `${images} images of ${data}`,
    ...(repeats > 1 ? [`mean of ${repeats} draws of the weights`] : []),
  ].join(", ");
}

const rounded = (value: number) => Number(value.toFixed(4));
