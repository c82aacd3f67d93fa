// notebooks/01-first-search.ipynb in its smallest form.
import { join } from "node:path";
import { packageRoot } from "../../src/root";
import { type NotebookFile, readNotebook, setParameters } from "./notebook";

/** The notebook with settings that still execute every cell and draw every figure, searching for `epochs` epochs of one step or two. */
export function firstSearch(epochs: number): NotebookFile {
  const notebook = readNotebook(join(packageRoot, "notebooks/01-first-search.ipynb"));
  setParameters(
    notebook,
    `let channels = 2; let cells = 1; let images = 64; let epochs = ${epochs}; let batch = 16; let seed = 0;`,
  );
  return notebook;
}
