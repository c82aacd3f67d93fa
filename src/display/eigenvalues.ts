// The dominant eigenvalue of the validation loss's Hessian by epoch, run beside run (DrNAS, figures 4 and 5).
import { checkRuns, eigenvalues, named, type Runs } from "../analysis";
import { UserError } from "../errors";
import type { SearchRun } from "../trainer";
import { chart } from "./chart";
import { Figure } from "./figure";
import { banded, byEpoch, curves } from "./run-curves";
import { scaleNotes } from "./scale";
import { textTable } from "./words";

export interface EigenvalueCurveRow {
  readonly run: string;
  readonly epoch: number;
  readonly eigenvalue: number;
  readonly eigenvalueBand?: readonly [number, number];
}

/** What was read, in words; runs that read different Hessians are no comparison. */
function readingOf(runs: readonly SearchRun[]): string {
  const words = runs.map(({ settings: { architecture } }) => {
    const { of, regulariser, derivatives } = architecture.earlyStop;
    const variable = of === "logits" ? "the logits of the mean weights" : "the distribution's parameters";
    const means = derivatives === "differences" ? "by differences of the gradient" : "exactly";
    return `by ${variable}, ${regulariser ? "the regulariser in it, " : ""}${means}`;
  });
  const other = words.find((each) => each !== words[0]);
  if (other !== undefined)
    throw new UserError(
      `eigenvalues: one run's Hessian is ${words[0]}, another's ${other}; give them one setting of architecture.earlyStop`,
    );
  return words[0];
}

/**
 * A curve for each run; of several seeds, `{ name: [run, …] }`, their mean with a band of one standard deviation.
 * @throws UserError for runs that have read none, or different Hessians, or that search different spaces.
 */
export function eigenvaluesFigure(source: Runs): Figure {
  const runs = named(source);
  checkRuns("eigenvalues", runs);
  const all = runs.flatMap(({ runs }) => runs);
  const names = runs.map(({ name }) => name);
  const rows = runs.flatMap(({ name, runs }): EigenvalueCurveRow[] =>
    Array.from(
      byEpoch(runs.map(eigenvalues), ({ eigenvalue }) => eigenvalue),
      ([epoch, values]) => {
        const { mean, band } = banded(values, runs.length > 1);
        return { run: name, epoch, eigenvalue: mean, ...(band && { eigenvalueBand: band }) };
      },
    ),
  );
  const title = "Dominant eigenvalue of the validation loss's Hessian";
  const seeds = runs.some(({ runs }) => runs.length > 1);
  const lines = [
    `${readingOf(all)}; on ${all[0].space.title}`,
    ...(seeds ? ["Lines: means of seeds; bands: one standard deviation on each side"] : []),
    ...scaleNotes(all),
  ];
  const specification = (page: number) =>
    chart(
      title,
      lines,
      {
        data: { values: rows },
        ...curves(names, rows, { field: "eigenvalue", title: "eigenvalue", width: page - 100, height: 220 }),
      },
      page,
    );
  const table = textTable([
    ["run", "readings", "first", "last", "largest"],
    ...names.map((name) => {
      const own = rows.filter(({ run }) => run === name).map(({ eigenvalue }) => eigenvalue);
      const cells = [own[0], own.at(-1)!, Math.max(...own)].map((value) => value.toPrecision(4));
      return [name, String(own.length), ...cells];
    }),
  ]);
  return new Figure(specification, [title, ...lines, table].join("\n"));
}
