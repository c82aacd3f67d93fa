// The distribution over a cell's architectures, each kind by a picture of its own.
import { Categorical, type CellDistribution, Concrete, DRAWS, Gaussian, PointMass } from "../distributions";
import { type BarRow, barPanels, barRows, barText } from "./bars";
import { chart } from "./chart";
import { densityKey, densityPanels, densityRows } from "./densities";
import type { Specification } from "./draw";
import { type Labels, labelsOf, uniformShare } from "./edges";
import { Figure } from "./figure";
import { type IntervalRow, intervalKey, intervalPanels, intervalRows, intervalText } from "./intervals";
import { count } from "./words";

/** What a kind of distribution is drawn by. */
export interface Picture {
  /** The title of its figure. */
  readonly title: string;
  /** How its marks are to be read. */
  readonly key: string;
  /** The weights by edge and operation, in the distribution's order. */
  readonly rows: readonly (BarRow | IntervalRow)[];
  /** For a page of so many pixels; of a notebook without it. */
  readonly panels: (page?: number) => Specification;
  readonly text: string;
}

/** The picture of the weights, alike for all kinds in size: for the figure and for the live display. @param digits decimals. */
export function pictureOf(distribution: CellDistribution, labels: Labels, digits = 6): Picture {
  const [row] = distribution.rows;
  if (row instanceof PointMass || row instanceof Categorical) {
    const word = row instanceof PointMass ? "weight" : "probability";
    const rows = barRows(distribution, labels, digits);
    return {
      title: `${row instanceof PointMass ? "Weight" : "Probability"} of each operation, by edge`,
      key: row instanceof PointMass ? "▬ weight, the same in every step" : "▬ probability that a draw is the operation",
      rows,
      panels: (page) => barPanels(rows, labels, page),
      text: `${row instanceof PointMass ? "Weights" : "Probabilities"} of operations, by edge\n${barText(rows, word)}`,
    };
  }
  const rows = intervalRows(distribution, labels, digits);
  const temperature = row instanceof Concrete ? `, temperature ${Number(row.temperature.toPrecision(3))}` : "";
  const sampled = row instanceof Concrete || row instanceof Gaussian;
  return {
    title: `Distribution over operations, by edge${temperature}`,
    key: sampled ? `${intervalKey("weight at the mean logits")}, of ${count(DRAWS)} draws` : intervalKey("mean"),
    rows,
    panels: (page) => intervalPanels(rows, labels, page),
    text: `Weights of operations, by edge (equal-tailed intervals${temperature})\n${intervalText(rows)}`,
  };
}

/** The figure of a distribution; `note` says what it was learnt at, see `scaleNote`. Gaussians have their logits' densities above. */
export function distributionFigure(distribution: CellDistribution, note = "", labels = labelsOf(distribution)): Figure {
  const { title, key, panels, text } = pictureOf(distribution, labels);
  const uniform = `┆ uniform, ${uniformShare(labels)}`;
  const gaussian = distribution.rows[0] instanceof Gaussian;
  const lines = [...(gaussian ? [densityKey] : []), `${gaussian ? "Below: " : ""}${key}\u2003${uniform}`, note];
  const ridges = gaussian ? densityRows(distribution as CellDistribution<Gaussian>, labels) : [];
  const body = (page: number) =>
    gaussian ? { vconcat: [densityPanels(ridges, labels, page), panels(page)], spacing: 26 } : panels(page);
  const [heading, ...table] = text.split("\n");
  return new Figure(
    (page) => chart(title, lines, body(page), page),
    [heading, ...(note ? [note] : []), ...table].join("\n"),
  );
}
