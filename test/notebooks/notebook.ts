// A notebook's file, as the tests read and change it.
import { mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/root";

export type MimeBundle = Record<string, unknown>;

export interface Output {
  readonly output_type: "execute_result" | "display_data" | "stream" | "error";
  readonly data?: MimeBundle;
  readonly ename?: string;
  readonly evalue?: string;
  readonly name?: string;
  readonly text?: string | string[];
}

export interface NotebookCell {
  readonly cell_type: "code" | "markdown" | "raw";
  readonly metadata: { readonly tags?: readonly string[] };
  source: string | string[];
  outputs?: Output[];
}

export interface NotebookFile {
  readonly cells: NotebookCell[];
}

export const readNotebook = (path: string): NotebookFile => JSON.parse(readFileSync(path, "utf8"));

export const sourceOf = ({ source }: NotebookCell): string => (Array.isArray(source) ? source.join("") : source);

/** A notebook of these code cells for our kernel. */
export function notebookOf(...sources: string[]): NotebookFile {
  const cells = sources.map((source, index) => ({
    cell_type: "code" as const,
    id: `cell-${index}`,
    metadata: {},
    source,
    outputs: [],
    execution_count: null,
  }));
  const kernelspec = { name: "naslab", display_name: "NASLab (TypeScript)", language: "typescript" };
  return { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 } as NotebookFile;
}

/** A new temporary folder in which the cells' `import … from "naslab"` resolves. */
export function notebookFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "naslab-notebook-"));
  symlinkSync(join(packageRoot, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** Gives the cell that is tagged `parameters` another source, and forgets all outputs. */
export function setParameters(notebook: NotebookFile, source: string): void {
  const cell = notebook.cells.find(({ metadata }) => metadata.tags?.includes("parameters"));
  if (!cell) throw new Error("the notebook has no cell that is tagged `parameters`");
  cell.source = source;
  for (const { outputs } of notebook.cells) outputs?.splice(0);
}

/** Where the one code cell that contains `text` stands among all cells. */
export function cellWith(notebook: NotebookFile, text: string): number {
  const found = notebook.cells.flatMap((cell, index) =>
    cell.cell_type === "code" && sourceOf(cell).includes(text) ? [index] : [],
  );
  if (found.length !== 1) throw new Error(`${found.length} code cells contain "${text}", expected one`);
  return found[0]!;
}
