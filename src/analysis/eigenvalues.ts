// The dominant eigenvalue of the validation loss's Hessian along a search (R-DARTS, Zela et al., ICLR 2020; DrNAS, figures 4 and 5).
import { UserError } from "../errors";
import type { SearchRun } from "../trainer";

export interface EigenvalueRow {
  readonly epoch: number;
  readonly eigenvalue: number;
  /** The smallest one; null where there are more than 64 parameters. */
  readonly smallest: number | null;
}

/** What a run took down, a row a reading. @throws UserError if it took down nothing. */
export function eigenvalues(run: SearchRun): EigenvalueRow[] {
  const rows = Array.from(run.history).flatMap(({ epoch, eigenvalue, smallestEigenvalue = null }) =>
    eigenvalue === null ? [] : [{ epoch, eigenvalue, smallest: smallestEigenvalue }],
  );
  if (rows.length > 0) return rows;
  throw new UserError(
    `eigenvalues: this run of ${run.method.title} has read none; ${run.history.length === 0 ? "run a stage of it first, " : "start one "}with the setting architecture: { earlyStop: { kind: "watch" } }`,
  );
}
