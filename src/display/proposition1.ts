// Proposition 1 of DrNAS along a run: what the loss is penalised by, and the bound of it.
import { proposition1 } from "../analysis";
import type { SearchRun } from "../trainer";
import { chart } from "./chart";
import { Figure } from "./figure";
import { curves } from "./run-curves";
import { scaleNotes } from "./scale";
import { textTable } from "./words";

/** Two panels: the penalty over its bound, and the trace. @throws UserError as `proposition1`. */
export function proposition1Figure(run: SearchRun): Figure {
  const found = proposition1(run);
  const penalty = "½ tr(Σ ∇²L)";
  const bound = "bound";
  const sides = found.flatMap((row) => [
    { run: penalty, epoch: row.epoch, value: row.penalty },
    { run: bound, epoch: row.epoch, value: row.bound },
  ]);
  const traces = found.flatMap((row) => [
    { run: "tr ∇²L", epoch: row.epoch, value: row.trace },
    { run: "smallest eigenvalue", epoch: row.epoch, value: row.smallest },
  ]);
  const negative = found.filter(({ smallest }) => smallest < 0).length;
  const missed = found.filter(({ penalty, bound }) => penalty < bound).length;
  const title = "DrNAS's proposition 1: the penalty on curvature, and its bound";
  const lines = [
    `By the logits of the mean weights, to the second order; δ ≤ ${Math.max(...found.map(({ delta }) => delta)).toFixed(3)}; ${run.space.title}`,
    `The Hessian has negative eigenvalues, for which the proposition does not speak, at ${negative} of ${found.length} readings; the bound is missed at ${missed}`,
    ...scaleNotes([run]),
  ];
  const specification = (page: number) => {
    const sideBySide = page >= 600;
    const width = sideBySide ? Math.floor(page / 2) - 80 : page - 90;
    const panel = (rows: typeof sides) => ({
      data: { values: rows },
      ...curves([...new Set(rows.map(({ run }) => run))], rows, { field: "value", title: "nats", line: 0, width }),
    });
    return chart(
      title,
      lines,
      {
        [sideBySide ? "hconcat" : "vconcat"]: [panel(sides), panel(traces)],
        spacing: 30,
        resolve: { scale: { color: "independent", strokeDash: "independent" } },
      },
      page,
    );
  };
  const table = textTable([
    ["epoch", "δ", "tr ∇²L", "smallest eigenvalue", penalty, bound],
    ...found.map(({ epoch, delta, trace, smallest, penalty, bound }) => [
      String(epoch),
      ...[delta, trace, smallest, penalty, bound].map((value) => value.toPrecision(4)),
    ]),
  ]);
  return new Figure(specification, [title, ...lines, table].join("\n"));
}
