// The notebooks in their smallest form: settings that still execute every cell and draw every figure.
import { join } from "node:path";
import { packageRoot } from "../../src/root";
import { type NotebookFile, readNotebook, setParameters } from "./notebook";

/** The sizes of a search in a notebook, and what else it has as a parameter. */
interface Scale {
  readonly channels: number;
  readonly cells: number;
  readonly more?: string;
}

/** DARTS's space wants a cell of each kind, and K = 6 and 4 a multiple of both. */
const scales: Readonly<Record<string, Scale>> = {
  "03-spaces.ipynb": { channels: 4, cells: 3 },
  "04-progressive.ipynb": { channels: 12, cells: 3 },
  "06-proxies.ipynb": { channels: 4, cells: 1, more: "let architectures = 12;" },
};

/** A notebook of the package, its searches of `epochs` epochs of one step or two. */
export function reduced(name: string, epochs: number): NotebookFile {
  const { channels, cells, more = "" } = scales[name] ?? { channels: 4, cells: 1 };
  const notebook = readNotebook(join(packageRoot, "notebooks", name));
  setParameters(
    notebook,
    `let channels = ${channels}; let cells = ${cells}; let images = 64; let epochs = ${epochs}; let batch = 16; let seed = 0; ${more}`,
  );
  return notebook;
}

export const firstSearch = (epochs: number): NotebookFile => reduced("01-first-search.ipynb", epochs);
