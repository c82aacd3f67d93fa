// A notebook's file (nbformat 4), as far as the commands read it.
import { existsSync, readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { refused, UserError } from "../errors";

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

const schema = z.looseObject({
  nbformat: z.literal(4),
  nbformat_minor: z.int(),
  metadata: z.looseObject({}),
  cells: z.array(
    z.looseObject({
      cell_type: z.string(),
      metadata: z.looseObject({ tags: z.array(z.string()).optional() }),
      source: z.union([z.string(), z.array(z.string())], "a text, or a list of lines"),
    }),
  ),
});

export const sourceOf = ({ source }: Cell): string => (typeof source === "string" ? source : source.join(""));

/** @throws UserError if the file is not there or is not a notebook that names its kernel. */
export function readNotebook(path: string): NotebookFile {
  if (!existsSync(path) || !statSync(path).isFile()) {
    throw new UserError(`there is no notebook "${path}"; name a file that ends in .ipynb`);
  }
  const { success, data, error } = schema.safeParse(jsonIn(path));
  if (!success) {
    const [{ path: place, message }] = error.issues;
    const what = `${place.join(".") || "it"}: ${message.replace(/^Invalid input: /, "")}`;
    throw new UserError(`"${path}" is not a notebook of format 4 (${what}); open it in JupyterLab and save it anew`);
  }
  const notebook = data as NotebookFile;
  if (typeof notebook.metadata.kernelspec?.name !== "string" || notebook.metadata.kernelspec.name === "") {
    throw new UserError(`"${path}" names no kernel; open it in JupyterLab, choose NASLab (TypeScript), and save it`);
  }
  return notebook;
}

function jsonIn(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw refused(error, `"${path}" cannot be read`, "name a notebook that you may read");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`"${path}" is not a notebook: it is not JSON; name a file that ends in .ipynb`);
  }
}
