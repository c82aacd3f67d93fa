// What a selection drew and chose: each architecture's combined score by its probability or its cost, and the best as a table.
import type { Candidate, CostMeasure, Selection } from "../analysis";
import { chart, pageWidth } from "./chart";
import { tableNote } from "./correlations";
import type { Specification } from "./draw";
import { Figure } from "./figure";
import { textWidth } from "./font";
import { scaleNote } from "./scale";
import { accent, grey, neutral } from "./theme";
import { count, counted, textTable } from "./words";

export interface SelectionOptions {
  /** What scores are drawn against; by default "probability", but "cost" under a budget or where all are as probable. */
  readonly against?: "probability" | "cost";
}

/** Of the table beneath the points. */
const BEST = 5;

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

/** The columns of the table: rank, score, draws, the first proxies' scores, the architecture. @param columns how many proxies at most. */
export function bestRows(
  { candidates, table }: Selection,
  limit: number,
  columns = Number.POSITIVE_INFINITY,
): string[][] {
  const names = table.proxies.map(({ name }) => name).slice(0, columns);
  const score = ({ scores }: Candidate, name: string) => (scores[name] === null ? "–" : written(scores[name]));
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

const written = (value: number): string =>
  Math.abs(value) >= 1e4 && Math.abs(value) < 1e8 ? count(Math.round(value)) : value.toPrecision(4);

export function selectionSpecification(
  rows: readonly SelectionRow[],
  selection: Selection,
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
    scale: { ...(log ? { type: "log" } : { zero: false }), nice: false, padding: 12 },
    axis: { tickCount: 5, ...(log && { format: "~g" }), gridOpacity: 0.15 },
  };
  const y = {
    field: "score",
    type: "quantitative",
    title: "combined score (higher is better)",
    scale: { zero: false, nice: false, padding: 12 },
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
    {
      vconcat: [
        points,
        tablePanel(bestRows(selection, BEST, Math.floor((page - 90 - COLUMN.before) / COLUMN.each)), page),
      ],
      spacing: 14,
    },
    page,
  );
}

/** Heights of the table's lines, in pixels. */
const LINE = { heading: 18, numbers: 14, row: 31 };

/** Widths: of a column, and of what stands before the first proxy's. */
const COLUMN = { each: 80, before: 200 };

/** Rows of words as marks, so that the table is in the picture too: an architecture stands beneath its numbers. */
function tablePanel([heading, ...rows]: readonly (readonly string[])[], page: number): Specification {
  const last = heading.length - 1;
  const height = LINE.heading + LINE.row * rows.length;
  const lines = (column: number, offset: number) =>
    rows.map((row, k) => ({ y: LINE.heading + LINE.row * k + offset, words: row[column] }));
  const text = (values: readonly object[], mark: Specification): Specification => ({
    data: { values },
    mark: { type: "text", style: "guide-label", color: grey, fontSize: 11, baseline: "top", ...mark },
    encoding: {
      y: { field: "y", type: "quantitative", scale: { domain: [0, height], range: [0, height] }, axis: null },
      text: { field: "words" },
    },
  });
  const columns = heading.slice(0, -1).map((title, column) =>
    text([{ y: 0, words: title }, ...lines(column, 0)], {
      x: column === 0 ? 12 : COLUMN.each * column + 30,
      align: "right",
    }),
  );
  const fitted = lines(last, LINE.numbers).map(({ y, words }) => ({ y, words: cut(words, page - 115, 9.5) }));
  return { width: page - 90, height, layer: [...columns, text(fitted, { x: 22, align: "left", fontSize: 9.5 })] };
}

/** As much of a text as fits. */
function cut(words: string, width: number, size: number): string {
  if (textWidth(words, size) <= width) return words;
  let length = words.length;
  while (textWidth(`${words.slice(0, length)}…`, size) > width) length--;
  return `${words.slice(0, length)}…`;
}

/** How costs are written: divided by what, on the axis, and in a sentence. */
interface Unit {
  readonly factor: number;
  readonly title: string;
  readonly words: string;
}

function unitOf(measure: CostMeasure, most: number): Unit {
  if (measure === "latency") return { factor: 1, title: "latency of an image (ms)", words: "ms" };
  if (typeof measure === "function") return { factor: 1, title: "cost", words: "of cost" };
  const what = measure === "parameters" ? "parameters" : "multiply-adds of an image";
  if (most < 1e4) return { factor: 1, title: what, words: what };
  const [factor, word] = most < 1e6 ? [1e3, "thousand"] : [1e6, "million"];
  return { factor, title: `${what} (${word}s)`, words: `${word} ${what}` };
}

export function selectionFigure(selection: Selection, { against }: SelectionOptions = {}): Figure {
  const { budget, candidates, exact, run, samples, table } = selection;
  const alike = candidates.every(({ probability }) => Math.abs(probability / candidates[0].probability - 1) < 1e-6);
  const by = against ?? (budget || alike ? "cost" : "probability");
  const unit = unitOf(budget?.cost ?? "parameters", Math.max(...candidates.map(({ cost }) => cost)));
  const names = table.proxies.map(({ name }) => name);
  const [, ...under] = tableNote(table).split(", ");
  const lines = [
    `${counted(candidates.length, "different architecture")} of ${counted(samples, "draw")}${table.interrupted ? ", interrupted" : ""}, scored by ${names.join(", ")}: ${under.join(", ")}`,
    "the larger a dot, the more often it was drawn; red: the best",
    ...(budget
      ? [
          `at most ${Number((budget.most / unit.factor).toPrecision(6))} ${unit.words}: probability ${budget.probability.toPrecision(3)} under the distribution; ${budget.exact ? "exact draws" : "a Markov chain's draws"}, effective sample size ${budget.effectiveSamples.toFixed(0)}`,
        ]
      : []),
    ...(by === "cost" ? ["line: no other architecture is better in both"] : []),
    ...(run ? [scaleNote(run)] : []),
  ].filter(Boolean);
  const rows = selectionRows(selection, by, unit.factor);
  const xTitle = by === "cost" ? unit.title : exact ? "probability of a draw" : "share of the draws";
  const words = ["Architectures drawn and scored", ...lines, textTable(bestRows(selection, 20))].join("\n");
  return new Figure((page) => selectionSpecification(rows, selection, xTitle, by, lines, page), words);
}
