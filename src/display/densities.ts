// Densities of Gaussian logits, a ridge for each operation.
import type { CellDistribution, Gaussian } from "../distributions";
import type { Specification } from "./draw";
import { edgePanels, operationAxis, operationChannels } from "./edge-panels";
import { edgeTitle, operationTitle } from "./theme";

export interface DensityRow {
  readonly edge: string;
  readonly operation: string;
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
export function densityRows({ edges, operations, rows, kept }: CellDistribution<Gaussian>): DensityRow[] {
  return edges.flatMap((edge, e) =>
    kept[e].flatMap((o, k) => {
      const { centreLogit, deviation } = { centreLogit: rows[e].mean()[k], deviation: rows[e].deviation[k] };
      return Array.from({ length: POINTS }, (_, i) => {
        const z = REACH * ((2 * i) / (POINTS - 1) - 1);
        return {
          edge: edgeTitle(edge),
          operation: operationTitle(operations[o]),
          logit: Number((centreLogit + z * deviation).toPrecision(5)),
          line: operations.length - 1 - o,
          density: Number(Math.exp(-0.5 * z * z).toFixed(4)),
        };
      });
    }),
  );
}

/** How the ridges are to be read. */
export const densityKey = "Above: density of each logit α, its peak at the mean; all peaks of one height";

export function densityPanels(rows: readonly DensityRow[], operations: readonly string[]): Specification {
  const count = operations.length;
  const titles = operations.map(operationTitle).reverse();
  const { color } = operationChannels(operations);
  const y = (field: string) => ({
    field,
    type: "quantitative",
    title: null,
    scale: { domain: [0, count], nice: false },
    axis: {
      ...operationAxis,
      grid: false,
      values: titles.map((_, k) => k),
      labelExpr: `${JSON.stringify(titles)}[datum.value]`,
      labelOffset: -6,
    },
  });
  const ridge = [{ calculate: `datum.line + ${HEIGHT} * datum.density`, as: "top" }];
  return edgePanels(
    rows,
    operations,
    [
      {
        transform: ridge,
        mark: { type: "area", opacity: 0.6, line: { strokeWidth: 1 } },
        encoding: {
          x: {
            field: "logit",
            type: "quantitative",
            title: null,
            scale: { nice: false },
            axis: { tickCount: 5, grid: true, domain: false },
          },
          y: y("top"),
          y2: { field: "line" },
          color,
        },
      },
    ],
    { height: 20 * count },
  );
}
