// Densities of Gaussian logits, a ridge for each operation.
import type { CellDistribution, Gaussian } from "../distributions";
import type { Specification } from "./draw";
import { edgePanels, operationAxis, operationChannels, type Place } from "./edge-panels";
import type { Labels } from "./edges";
import { operationTitle } from "./theme";

export interface DensityRow extends Place {
  readonly logit: number;
  /** Where the ridge stands, and how high it is there: the density over its peak, 0 … 1. */
  readonly line: number;
  readonly density: number;
}

/** Points of a ridge lie between ± so many deviations. */
const REACH = 3;
const POINTS = 25;

/** The height of a ridge, in lines. */
const HEIGHT = 0.9;

/** The ridges' points; a pruned operation has none. */
export function densityRows({ rows, kept }: CellDistribution<Gaussian>, labels: Labels): DensityRow[] {
  const { titles } = operationChannels(labels);
  return labels.edges.flatMap(({ cell, title }, e) =>
    kept[e].flatMap((o, k) => {
      const { centreLogit, deviation } = { centreLogit: rows[e].mean()[k], deviation: rows[e].deviation[k] };
      const operation = operationTitle(labels.operations[o]);
      return Array.from({ length: POINTS }, (_, i) => {
        const z = REACH * ((2 * i) / (POINTS - 1) - 1);
        return {
          ...(cell && { cell }),
          edge: title,
          operation,
          logit: Number((centreLogit + z * deviation).toPrecision(5)),
          line: titles.length - 1 - titles.indexOf(operation),
          density: Number(Math.exp(-0.5 * z * z).toFixed(4)),
        };
      });
    }),
  );
}

/** How the ridges are to be read. */
export const densityKey = "Above: density of each logit α, its peak at the mean; all peaks of one height";

export function densityPanels(rows: readonly DensityRow[], labels: Labels): Specification {
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
  return edgePanels(rows, labels, {
    layer: [
      {
        transform: [{ calculate: `datum.line + ${HEIGHT} * datum.density`, as: "top" }],
        mark: { type: "area", opacity: 0.6, line: { strokeWidth: 1 } },
        encoding: { x, y: y("top"), y2: { field: "line" }, color },
      },
    ],
    sizes: [
      { width: 186, height: 20 * count },
      { width: 104, height: 15 * count },
    ],
  });
}
