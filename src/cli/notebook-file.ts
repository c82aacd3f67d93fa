// A notebook's file (nbformat 4), as far as the commands read it.
import { existsSync, readFileSync, statSync } from "node:fs";
import { UserError } from "../errors";

export interface Cell {
  id?: string;
  readonly cell_type: string;
  readonly metadata: { readonly tags?: readonly string[] };
  readonly source: string | readonly string[];
}

export interface CodeCell extends Cell {
  readonly cell_type: "code";
  readonly execution_count: number | null;
  readonly outputs: readonly unknown[];
}

export interface NotebookFile {
  readonly nbformat: number;
  readonly nbformat_minor: number;
  readonly metadata: { readonly kernelspec?: { readonly name?: string } };
  readonly cells: readonly Cell[];
}

export const sourceOf = ({ source }: Cell): string => (typeof source === "string" ? source : source.join(""));

/** @throws UserError if the file is not there or is not a notebook that names its kernel. */
export function readNotebook(path: string): NotebookFile {
  if (!existsSync(path) || !statSync(path).isFile()) {
    throw new UserError(`there is no notebook "${path}"; name a file that ends in .ipynb`);
  }
  let notebook: NotebookFile;
  try {
    notebook = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new UserError(`"${path}" is not a notebook: it is not JSON; name a file that ends in .ipynb`);
  }
  if (notebook?.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new UserError(`"${path}" is not a notebook of format 4; open it in JupyterLab and save it anew`);
  }
  if (!notebook.metadata?.kernelspec?.name) {
    throw new UserError(`"${path}" names no kernel; open it in JupyterLab, choose NASLab (TypeScript), and save it`);
  }
  return notebook;
}
