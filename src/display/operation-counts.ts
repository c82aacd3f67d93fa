// How often each operation is in the architecture that a search would end with, by epoch, run beside run.
import { checkRuns, named, operationCounts, type Runs } from "../analysis";
import { chart, pageWidth } from "./chart";
import { operationChannels, operationLegend } from "./edge-panels";
import { labelsOf } from "./edges";
import { Figure } from "./figure";
import { epochAxis } from "./history";
import { banded, byEpoch } from "./run-curves";
import { scaleNotes } from "./scale";
import { textTable } from "./words";

/** Panels in a row. */
const COLUMNS = 3;

/** A panel a run, of several seeds their mean: edges by the operation that the most probable architecture has on them, on top of each other. */
export function operationCountsFigure(source: Runs): Figure {
  const runs = named(source);
  checkRuns("operationCounts", runs);
  const all = runs.flatMap(({ runs }) => runs);
  const { space } = all[0];
  const labels = labelsOf(space);
  const titles = new Map(space.operations.map((name, o) => [name, labels.operations[o].title]));
  const rows = runs.flatMap(({ name, runs }) => {
    const counted = runs.map(operationCounts);
    return space.operations.flatMap((operation, place) =>
      Array.from(
        byEpoch(
          counted.map((rows) => rows.filter((row) => row.operation === operation)),
          ({ count }) => count,
        ),
        ([epoch, counts]) => ({
          run: name,
          epoch,
          operation: titles.get(operation)!,
          place,
          edges: banded(counts, false).mean,
        }),
      ),
    );
  });
  const ever = new Set(rows.filter(({ edges }) => edges > 0).map(({ operation }) => operation));
  const shown = rows.filter(({ operation }) => ever.has(operation));
  const names = runs.map(({ name }) => name);
  const title = "Operations of the architecture so far";
  const seeds = Math.max(...runs.map(({ runs }) => runs.length));
  const lines = [
    `Edges by their operation in the most probable architecture after each epoch, on ${space.title}`,
    ...(seeds > 1 ? [`Means of up to ${seeds} seeds`] : []),
    ...scaleNotes(all),
  ];
  const specification = (page: number) => {
    const columns = Math.min(names.length, Math.max(1, Math.round((COLUMNS * page) / pageWidth)));
    return chart(
      title,
      lines,
      {
        data: { values: shown },
        facet: { field: "run", type: "nominal", sort: names },
        columns,
        spacing: { row: 18, column: 18 },
        spec: {
          width: (page - 92 - 18 * (columns - 1)) / columns,
          height: 170,
          mark: { type: "area", opacity: 0.85 },
          encoding: {
            x: epochAxis(shown.map(({ epoch }) => epoch)),
            y: { field: "edges", type: "quantitative", title: "edges", stack: "zero", axis: { tickMinStep: 1 } },
            color: {
              ...operationChannels(labels).color,
              legend: { ...operationLegend, symbolType: "square", symbolSize: 120 },
            },
            order: { field: "place", type: "quantitative" },
            tooltip: ["run", "epoch", "operation", "edges"].map((field) => ({ field })),
          },
        },
      },
      page,
    );
  };
  const table = textTable([
    ["run", "epoch", ...ever],
    ...names.map((name) => {
      const own = shown.filter(({ run }) => run === name);
      const epoch = Math.max(...own.map(({ epoch }) => epoch));
      const of = (title: string) => own.find((row) => row.epoch === epoch && row.operation === title)?.edges ?? 0;
      return [name, String(epoch), ...[...ever].map((title) => String(Number(of(title).toFixed(2))))];
    }),
  ]);
  return new Figure(specification, [title, ...lines, table].join("\n"));
}
