// Any figure of a run, live: one display in the cell that runs a stage, drawn anew at each epoch's end.
import { UserError } from "../errors";
import { notebook } from "../notebook";
import type { SearchRun } from "../trainer";
import { DISPLAY, type MimeBundle } from "./bundle";
import { Figure } from "./figure";

let displays = 0;

/**
 * Shows `figure(run)` below a stage's own display, and updates it at each epoch's end; what the figure refuses, such as that nothing is
 * read yet, stands in its place. Does nothing outside a notebook.
 * @returns a function that ends it.
 */
export function follow(run: SearchRun, figure: (run: SearchRun) => Figure): () => void {
  let id = "";
  const show = () => {
    if (!notebook()) return;
    const update = id !== "";
    id ||= `naslab-follow-${process.pid}-${++displays}`;
    notebook()!.display(bundleOf(run, figure), { id, update });
  };
  const remove = [
    run.on("stage", () => {
      id = "";
    }),
    run.on("epoch", show),
  ];
  return () => {
    for (const off of remove) off();
  };
}

function bundleOf(run: SearchRun, figure: (run: SearchRun) => Figure): MimeBundle {
  try {
    const drawn = figure(run);
    if (drawn instanceof Figure) return drawn[DISPLAY]();
  } catch (error) {
    if (error instanceof UserError) return { "text/plain": error.message };
    throw error;
  }
  throw new UserError(
    "display.follow: the function gives no figure; give one like (run) => display.accuracyRange([run])",
  );
}
