// Which operations a search would end with, epoch after epoch: where skip connections take over, it collapses (R-DARTS, section 2.2).
import type { SearchRun } from "../trainer";

export interface OperationCountRow {
  readonly epoch: number;
  /** As the space names it. */
  readonly operation: string;
  /** How often the most probable architecture had it. */
  readonly count: number;
}

/** From a run's records: a row for each epoch and operation of the space. */
export const operationCounts = ({ space, history }: SearchRun): OperationCountRow[] =>
  Array.from(history).flatMap(({ epoch, architecture }) => {
    const picks = space.parse(architecture).picks.flat();
    return space.operations.map((operation, o) => ({
      epoch,
      operation,
      count: picks.filter((pick) => pick === o).length,
    }));
  });
