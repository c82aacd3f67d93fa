// How the marginal densities of the operations' weights move: a ridge for each epoch, the last below.
import { Concrete, Dirichlet, distributionOf, type EdgeRecord, Gaussian } from "../distributions";
import { UserError } from "../errors";
import type { EpochRecord } from "../trainer";
import { chart, pageWidth, thin } from "./chart";
import type { Specification } from "./draw";
import { edgePanels, operationChannels, operationLegend, type Place, weightChannel } from "./edge-panels";
import { fullTitle, type Labels, pickEdge } from "./edges";
import { Figure } from "./figure";
import { count, textTable } from "./words";

export interface RidgeRow extends Place {
  readonly epoch: number;
  /** Where the ridge stands: 0 is the lowest. */
  readonly line: number;
  /** The density in each of the bins of equal width from 0 to 1, in hundredths of the highest. */
  readonly heights: readonly number[];
}

/** Points of all ridges together, so that a figure of any space stays small. */
const POINTS = 12_000;
/** Ridges of a panel at most, and bins of a ridge: fewer where there are many panels. */
const RIDGES = 8;
const BINS = 40;

/** By how many lines a ridge is high. */
const HEIGHT = 1.4;

type Continuous = Dirichlet | Concrete | Gaussian;

const isContinuous = (row: unknown): row is Continuous =>
  row instanceof Dirichlet || row instanceof Concrete || row instanceof Gaussian;

/** Mean density in each of so many bins of 0 … 1: exact of a Dirichlet, whose marginals are Beta distributions, and of draws of the others. */
export function binnedDensity(row: Continuous, category: number, bins: number): number[] {
  const below = (value: number) =>
    row instanceof Gaussian ? row.weightCumulative(category, value) : row.marginalCumulative(category, value);
  const ends = Array.from({ length: bins + 1 }, (_, k) => (k === 0 ? 0 : k === bins ? 1 : below(k / bins)));
  return Array.from({ length: bins }, (_, k) => bins * (ends[k + 1] - ends[k]));
}

/** Rows of some edges. @param chosen their numbers. @throws UserError where the weights have no density. */
export function ridgeRows(
  history: readonly EpochRecord[],
  { edges, operations }: Labels,
  chosen: readonly number[] = edges.map((_, e) => e),
): RidgeRow[] {
  const ridges = chosen.reduce((sum, e) => sum + edges[e].candidates.length, 0);
  const bins = ridges > 20 ? BINS / 2 : BINS;
  const limit = Math.max(3, Math.min(RIDGES, Math.floor(POINTS / (ridges * bins))));
  const epochs = thin(Array.from(history), limit);
  return chosen.flatMap((e) =>
    epochs.flatMap(({ epoch, rows, kept }, k) => {
      const row = distributionOf(rows[e]);
      if (!isContinuous(row)) throw withoutDensity("ridgelines", rows[e].kind);
      const { cell, title } = edges[e];
      return kept[e].map((o, category) => {
        const density = binnedDensity(row, category, bins);
        const highest = Math.max(...density);
        return {
          ...(cell && { cell }),
          edge: title,
          operation: operations[o].title,
          epoch,
          line: epochs.length - 1 - k,
          heights: density.map((value) => Math.round((100 * value) / highest)),
        };
      });
    }),
  );
}

/** What to look at where the weights of a draw are no continuous variables. */
export function withoutDensity(place: string, kind: EdgeRecord["kind"]): UserError {
  const what =
    kind === "point-mass" ? "a point mass, the same weights in every step" : "one of the operations at a time";
  return new UserError(
    `display.${place}: what this method learns is ${what}, without a density; display.trajectory shows its weights by epoch`,
  );
}

export function ridgeSpecification(
  rows: readonly RidgeRow[],
  labels: Labels,
  lines: readonly string[],
  page: number = pageWidth,
): Specification {
  const { color } = operationChannels(labels);
  const single = labels.edges.length === 1;
  const epochs = [...new Set(rows.map(({ epoch }) => epoch))];
  const top = epochs.length - 1 + HEIGHT;
  const names = epochs.toReversed();
  const y = (field: string) => ({
    field,
    type: "quantitative",
    title: "epoch",
    scale: { domain: [0, top], nice: false },
    axis: {
      grid: false,
      ticks: false,
      domain: false,
      values: names.map((_, k) => k),
      labelExpr: `${JSON.stringify(names)}[datum.value]`,
      labelOverlap: true,
    },
  });
  const bins = rows[0].heights.length;
  const legend = {
    ...operationLegend,
    columns: page >= 600 ? 5 : 3,
    symbolType: "square",
    symbolSize: 90,
    symbolOpacity: 1,
  };
  const panels = edgePanels(
    rows,
    labels,
    {
      layer: [
        {
          transform: [
            { calculate: `sequence(0, ${bins})`, as: "bin" },
            { flatten: ["heights", "bin"] },
            { calculate: `(datum.bin + 0.5) / ${bins}`, as: "weight" },
            { calculate: `datum.line + ${HEIGHT / 100} * datum.heights`, as: "top" },
          ],
          mark: { type: "area", fillOpacity: 0.14, line: { strokeWidth: 1.2 } },
          encoding: {
            x: weightChannel("weight"),
            y: y("top"),
            y2: { field: "line" },
            color: { ...color, legend },
            detail: [{ field: "epoch" }, { field: "operation" }], // in the order of the rows: a later ridge lies before the earlier ones
            tooltip: [{ field: "epoch", type: "quantitative" }, { field: "operation" }],
          },
        },
      ],
      sizes: [
        { width: 186, height: single ? 340 : 190 },
        { width: 104, height: 110 },
      ],
    },
    page,
  );
  return chart("Densities of the operations' weights, by epoch", lines, panels, page);
}

/** The figure of a history's densities, of all edges or of one; an empty one is a UserError. @param edge its name. */
export function ridgelinesFigure(
  history: readonly EpochRecord[],
  labels: Labels,
  note = "",
  edge: string | undefined = undefined,
): Figure {
  if (history.length === 0) throw new UserError("ridgelines: no epoch is finished yet; run a stage first");
  const chosen = edge === undefined ? labels.edges.map((_, e) => e) : [pickEdge("ridgelines", labels, edge)];
  const rows = ridgeRows(history, labels, chosen);
  const shown = { ...labels, edges: chosen.map((e) => labels.edges[e]) };
  const last = history[history.length - 1];
  const drawn = last.rows[chosen[0]].kind === "dirichlet" ? "" : ` of ${count(4096)} draws`;
  const lines = [`Marginal density${drawn} of each weight, 0 to 1; every ridge's peak has one height`, note];
  const table = textTable([
    ["edge", "operation", "mode", `mean weight after epoch ${last.epoch}`],
    ...chosen.flatMap((e) =>
      last.kept[e].map((o) => {
        const { heights } = rows.find(
          (row) =>
            row.edge === labels.edges[e].title &&
            (row.cell ?? "") === labels.edges[e].cell &&
            row.operation === labels.operations[o].title &&
            row.epoch === last.epoch,
        )!;
        const mode = (heights.indexOf(100) + 0.5) / heights.length;
        return [fullTitle(labels.edges[e]), labels.operations[o].title, mode.toFixed(2), last.mean[e][o].toFixed(3)];
      }),
    ),
  ]);
  const words = ["Marginal densities of the operations' weights", note, table].filter(Boolean).join("\n");
  return new Figure((page) => ridgeSpecification(rows, shown, lines, page), words);
}
