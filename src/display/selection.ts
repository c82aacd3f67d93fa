// What a selection drew and chose: each architecture's combined score by its probability or its cost, and the best as a table.
import type { Candidate, Selection } from "../analysis";
import { chart, pageWidth } from "./chart";
import { tableNote } from "./correlations";
import type { Specification } from "./draw";
import { Figure } from "./figure";
import { scaleNote } from "./scale";
import { accent, grey, neutral } from "./theme";
import { count, counted, textTable } from "./words";

export interface SelectionOptions {
  /** What scores are drawn against; by default "probability", under a budget "cost". */
  readonly against?: "probability" | "cost";
}

/** Of the table beneath the points. */
const BEST = 8;

export interface SelectionRow {
  readonly architecture: string;
  /** The probability, or the cost in the axis's unit. */
  readonly x: number;
  readonly score: number;
  readonly draws: number;
  /** Whether no other beats it in both score and cost. */
  readonly front: boolean;
  readonly best: boolean;
}

export function selectionRows(
  { candidates, front }: Selection,
  against: "probability" | "cost",
  unit: number,
): SelectionRow[] {
  return candidates.map((candidate, k) => ({
    architecture: candidate.architecture.toString(),
    x: Number((against === "cost" ? candidate.cost / unit : candidate.probability).toPrecision(6)),
    score: Number(candidate.combined.toFixed(4)),
    draws: candidate.draws,
    front: front.includes(candidate),
    best: k === 0,
  }));
}

/** The columns of the table: rank, score, draws, the proxies' scores, the architecture. */
export function bestRows({ candidates, table }: Selection, limit: number): string[][] {
  const names = table.settings.proxies.map(({ name }) => name);
  const score = ({ scores }: Candidate, name: string) => (scores[name] === null ? "–" : scores[name].toPrecision(4));
  return [
    ["", "score", "draws", ...names, "architecture"],
    ...candidates
      .slice(0, limit)
      .map((candidate, k) => [
        String(k + 1),
        candidate.combined.toFixed(3),
        String(candidate.draws),
        ...names.map((name) => score(candidate, name)),
        candidate.architecture.toString(),
      ]),
  ];
}

export function selectionSpecification(
  rows: readonly SelectionRow[],
  best: readonly (readonly string[])[],
  xTitle: string,
  against: "probability" | "cost",
  lines: readonly string[],
  page: number = pageWidth,
): Specification {
  const log = against === "probability";
  const x = {
    field: "x",
    type: "quantitative",
    title: xTitle,
    scale: { type: log ? "log" : "linear", zero: false, nice: false, padding: 12 },
    axis: { tickCount: 5, ...(log && { format: "~g" }), gridOpacity: 0.15 },
  };
  const y = {
    field: "score",
    type: "quantitative",
    title: "combined score (higher is better)",
    scale: { zero: false, padding: 12 },
    axis: { tickCount: 6, gridOpacity: 0.15 },
  };
  const tooltip = [
    { field: "architecture" },
    { field: "score", type: "quantitative", format: ".3f" },
    { field: "x", type: "quantitative", format: ".4~g", title: xTitle },
    { field: "draws", type: "quantitative" },
  ];
  const points = {
    width: page - 90,
    height: 260,
    layer: [
      ...(against === "cost"
        ? [
            {
              data: { values: rows.filter(({ front }) => front) },
              mark: { type: "line", interpolate: "step-after", color: "#e69f00", strokeWidth: 2 },
              encoding: { x, y },
            },
          ]
        : []),
      {
        data: { values: rows.filter(({ best }) => !best) },
        mark: { type: "point", filled: true, opacity: 0.75, color: neutral },
        encoding: {
          x,
          y,
          tooltip,
          size: {
            field: "draws",
            type: "quantitative",
            scale: { domain: [1, 50], range: [30, 300], clamp: true },
            legend: null,
          },
        },
      },
      {
        data: { values: rows.filter(({ best }) => best) },
        mark: { type: "point", filled: true, opacity: 1, size: 110, color: accent, stroke: "white", strokeWidth: 1.5 },
        encoding: { x, y, tooltip },
      },
    ],
  };
  return chart(
    "Architectures drawn and scored",
    lines,
    { vconcat: [points, tablePanel(best, page)], spacing: 14 },
    page,
  );
}

/** Rows of words as marks, so that the table is in the picture too. */
function tablePanel([heading, ...rows]: readonly (readonly string[])[], page: number): Specification {
  const last = heading.length - 1;
  const places = heading.map((_, column) =>
    column === 0 ? 14 : column === last ? 44 + 58 * (last - 1) + 22 : 14 + 58 * column + 30,
  );
  const size = Math.min(10, ((page - 20 - places[last]) / Math.max(1, ...rows.map((row) => row[last].length))) * 1.8);
  return {
    width: page - 90,
    height: 16 * (rows.length + 1),
    layer: heading.map((_, column) => ({
      data: { values: [heading, ...rows].map((row, k) => ({ row: k, words: row[column] })) },
      mark: {
        type: "text",
        style: "guide-label",
        x: places[column],
        align: column === last ? "left" : "right",
        fontSize: column === last ? size : 10,
        baseline: "middle",
      },
      encoding: {
        y: { field: "row", type: "ordinal", axis: null },
        text: { field: "words" },
        color: { value: grey },
      },
    })),
  };
}

export function selectionFigure(selection: Selection, { against }: SelectionOptions = {}): Figure {
  const { budget, candidates, exact, run, samples, table } = selection;
  const measure = budget?.cost ?? "parameters";
  const by = against ?? (budget ? "cost" : "probability");
  const unit = measure === "parameters" || measure === "multiplyAdds" ? 1e6 : 1;
  const costTitle = {
    parameters: "parameters (millions)",
    multiplyAdds: "multiply-adds of an image (millions)",
    latency: "latency of an image (ms)",
  }[String(measure)];
  const probability = exact ? "probability of a draw" : "share of the draws";
  const lines = [
    `${counted(candidates.length, "different architecture")} of ${count(samples)} draws${table.interrupted ? " (interrupted)" : ""}, scored by ${table.settings.proxies.map(({ name }) => name).join(", ")}; the larger a dot, the more often it was drawn`,
    tableNote(table),
    ...(budget
      ? [
          `at most ${budget.most} (${costTitle ?? "cost"}): probability ${budget.probability.toPrecision(3)} under the distribution; ${budget.exact ? "exact draws" : "a Markov chain's draws"}, effective sample size ${budget.effectiveSamples.toFixed(0)}`,
        ]
      : []),
    ...(by === "cost" ? ["line: no other architecture is better in both"] : []),
    ...(run ? [scaleNote(run)] : []),
  ].filter(Boolean);
  const rows = selectionRows(selection, by, unit);
  const best = bestRows(selection, BEST);
  const xTitle = by === "cost" ? (costTitle ?? "cost") : probability;
  const words = ["Architectures drawn and scored", ...lines, textTable(bestRows(selection, 20))].join("\n");
  return new Figure((page) => selectionSpecification(rows, best, xTitle, by, lines, page), words);
}
