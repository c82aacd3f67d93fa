// The notebooks in their smallest form: settings that still execute every cell and draw every figure.
import { join } from "node:path";
import { packageRoot } from "../../src/root";
import { type NotebookFile, readNotebook, setParameters } from "./notebook";

/** A notebook of the package, its searches of `epochs` epochs of one step or two. */
export function reduced(name: string, epochs: number): NotebookFile {
  const notebook = readNotebook(join(packageRoot, "notebooks", name));
  setParameters(
    notebook,
    `let channels = 4; let cells = 1; let images = 64; let epochs = ${epochs}; let batch = 16; let seed = 0;`,
  );
  return notebook;
}

export const firstSearch = (epochs: number): NotebookFile => reduced("01-first-search.ipynb", epochs);
