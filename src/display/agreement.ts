// Whether searches that differ in their seeds alone find the same architecture, by epoch.
import { agreement, checkRuns, named, type Runs } from "../analysis";
import { chart } from "./chart";
import { Figure } from "./figure";
import { curves } from "./run-curves";
import { scaleNotes } from "./scale";
import { percent, textTable } from "./words";

/** A curve for each name: the share of edges on which two of its runs take the same. @throws UserError for a name of one run. */
export function agreementFigure(source: Runs): Figure {
  const runs = Array.isArray(source) ? [{ name: source[0]?.method.title ?? "", runs: source }] : named(source);
  checkRuns("agreement", runs);
  const all = runs.flatMap(({ runs }) => runs);
  const names = runs.map(({ name }) => name);
  const rows = runs.flatMap(({ name, runs }) =>
    agreement(runs).map(({ epoch, agreement, distinct }) => ({
      run: name,
      epoch,
      agreement: 100 * agreement,
      distinct,
    })),
  );
  const title = "Agreement of seeds";
  const counts = runs.map(({ name, runs }) => `${name}: ${runs.length} seeds`).join(", ");
  const lines = [
    `Edges on which two runs' architectures have the same operation, mean over pairs, on ${all[0].space.title}; ${counts}`,
    ...scaleNotes(all),
  ];
  const specification = (page: number) =>
    chart(
      title,
      lines,
      {
        data: { values: rows },
        ...curves(names, rows, { field: "agreement", title: "same (%)", line: 100, width: page - 100, height: 180 }),
      },
      page,
    );
  const table = textTable([
    ["run", "seeds", "agreement", "architectures"],
    ...runs.map(({ name, runs }) => {
      const last = rows.findLast(({ run }) => run === name)!;
      return [name, String(runs.length), percent(last.agreement / 100), String(last.distinct)];
    }),
  ]);
  return new Figure(specification, [title, ...lines, table].join("\n"));
}
