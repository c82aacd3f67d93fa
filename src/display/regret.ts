// Regret over budget: a curve for each kind of run, with a band over its seeds.
import type { Regret } from "../analysis";
import { dataTitles } from "./accuracies";
import { chart, pageWidth } from "./chart";
import type { Specification } from "./draw";
import { Figure } from "./figure";
import { byRun, dashes } from "./run-curves";
import { otherColours } from "./theme";
import { count, textTable } from "./words";

export interface RegretRow {
  readonly run: string;
  readonly spent: number;
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

const round = (value: number) => Number(value.toPrecision(6));

/** A row a point; to the end of the longest curve, where a shorter one stays as it was. */
export function regretRows({ curves }: Pick<Regret, "curves">): RegretRow[] {
  return curves.flatMap(({ name, points }) =>
    points.map(({ spent, median, lower, upper }) => ({
      run: name,
      spent: round(spent),
      median: round(median),
      lower: round(lower),
      upper: round(upper),
    })),
  );
}

export function regretSpecification(
  rows: readonly RegretRow[],
  unit: Regret["unit"],
  lines: readonly string[],
  page: number = pageWidth,
): Specification {
  const names = [...new Set(rows.map(({ run }) => run))];
  const x = {
    field: "spent",
    type: "quantitative",
    title: unit === "seconds" ? "simulated seconds" : "evaluations",
    scale: {
      type: "log",
      nice: false,
      domain: [Math.min(...rows.map(({ spent }) => spent)), Math.max(...rows.map(({ spent }) => spent))],
    },
    axis: { tickCount: Math.round(page / 90), format: "~s", grid: false },
  };
  const y = {
    type: "quantitative",
    title: "regret (points)",
    scale: { domain: [0, Math.max(0.01, ...rows.map(({ upper }) => upper))], nice: false, padding: 6 },
    axis: { tickCount: 6, minExtent: 34 },
  };
  const body = {
    width: page - 92,
    height: 260,
    data: { values: rows },
    layer: [
      {
        mark: { type: "area", opacity: 0.18, interpolate: "step-after" },
        encoding: { x, y: { field: "lower", ...y }, y2: { field: "upper" }, color: byRun(names, otherColours) },
      },
      {
        mark: { type: "line", strokeWidth: 2, interpolate: "step-after" },
        encoding: {
          x,
          y: { field: "median", ...y },
          color: byRun(names, otherColours),
          strokeDash: byRun(names, dashes), // curves that lie on each other are both seen
          tooltip: ["run", "spent", "median", "lower", "upper"].map((name) => ({ field: name })),
        },
      },
    ],
  };
  return chart("Regret over budget", lines, body, page);
}

/** The figure, and in words where each curve ends. */
export function regretFigure(regret: Regret): Figure {
  const { benchmark, best, curves, data, split, unit } = regret;
  const seeds = [...new Set(curves.map((curve) => curve.seeds))].sort((a, b) => a - b);
  const lines = [
    `Short of the best ${dataTitles[data]} ${split} accuracy, ${best.toFixed(2)} %, as ${benchmark.title} trained all`,
    `of the architecture of the highest ${benchmark.reward.split === "valid" ? "validation" : "test"} accuracy so far (${benchmark.reward.epochs} epochs)`,
    `Lines: medians of ${seeds.join(" or ")} ${seeds.at(-1) === 1 ? "seed" : "seeds"}; bands: quartiles`,
  ];
  const table = textTable([
    ["runs", "seeds", unit, "median", "quartiles"],
    ...curves.map(({ name, seeds, points }) => {
      const { spent, median, lower, upper } = points[points.length - 1];
      return [
        name,
        String(seeds),
        count(Math.round(spent)),
        median.toFixed(2),
        `${lower.toFixed(2)} – ${upper.toFixed(2)}`,
      ];
    }),
  ]);
  const words = ["Regret over budget", ...lines, table];
  return new Figure((page) => regretSpecification(regretRows(regret), unit, lines, page), words.join("\n"));
}
