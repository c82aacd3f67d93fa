// Densities of Gaussian logits, a ridge for each operation.
import type { CellDistribution, Gaussian } from "../distributions";
import type { Specification } from "./draw";
import { edgePanels, operationAxis, operationChannels, type Place } from "./edge-panels";
import type { Labels } from "./edges";

export interface DensityRow extends Place {
  /** Of the logit. */
  readonly mean: number;
  readonly deviation: number;
  /** Where the ridge stands: 0 is the lowest. */
  readonly line: number;
}

/** Points of a ridge lie between ± so many deviations. */
const REACH = 3;
const POINTS = 25;

/** The height of a ridge, in lines. */
const HEIGHT = 0.9;

/** A row a ridge; a pruned operation has none. */
export function densityRows({ rows, kept }: CellDistribution<Gaussian>, labels: Labels): DensityRow[] {
  const { titles } = operationChannels(labels);
  const short = (value: number) => Number(value.toPrecision(5));
  return labels.edges.flatMap(({ cell, title }, e) =>
    kept[e].map((o, k) => {
      const operation = labels.operations[o].title;
      return {
        ...(cell && { cell }),
        edge: title,
        operation,
        mean: short(rows[e].mean()[k]),
        deviation: short(rows[e].deviation[k]),
        line: titles.length - 1 - titles.indexOf(operation),
      };
    }),
  );
}

/** How the ridges are to be read. */
export const densityKey = "Above: density of each logit α, its peak at the mean; all peaks of one height";

export function densityPanels(rows: readonly DensityRow[], labels: Labels, page?: number): Specification {
  const { titles, color } = operationChannels(labels);
  const count = titles.length;
  const lines = titles.toReversed();
  const y = (field: string) => ({
    field,
    type: "quantitative",
    title: null,
    scale: { domain: [0, count], nice: false },
    axis: {
      ...operationAxis,
      grid: false,
      values: lines.map((_, k) => k),
      labelExpr: `${JSON.stringify(lines)}[datum.value]`,
      labelOffset: -6,
    },
  });
  const x = {
    field: "logit",
    type: "quantitative",
    title: null,
    scale: { nice: false },
    axis: { tickCount: 5, grid: true, domain: false },
  };
  return edgePanels(
    rows,
    labels,
    {
      layer: [
        {
          transform: [
            { calculate: `sequence(0, ${POINTS})`, as: "point" },
            { flatten: ["point"] },
            { calculate: `${REACH} * (2 * datum.point / ${POINTS - 1} - 1)`, as: "z" },
            { calculate: "datum.mean + datum.z * datum.deviation", as: "logit" },
            { calculate: `datum.line + ${HEIGHT} * exp(-0.5 * datum.z * datum.z)`, as: "top" },
          ],
          mark: { type: "area", opacity: 0.6, line: { strokeWidth: 1 } },
          encoding: { x, y: y("top"), y2: { field: "line" }, color },
        },
      ],
      sizes: [
        { width: 186, height: 20 * count },
        { width: 104, height: 15 * count },
      ],
    },
    page,
  );
}
