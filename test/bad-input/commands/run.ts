// naslab run.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { says } from "../said";
import { type CommandCase, really, refused } from "./command-case";

const whole = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: "naslab" } },
  cells: [{ cell_type: "code", id: "a", metadata: { tags: ["parameters"] }, source: "let n = 1;", outputs: [] }],
};

export function run(folder: string): readonly CommandCase[] {
  const output = ["--output", join(folder, "out.ipynb")];
  const notebook = (name: string, content: unknown) => {
    const file = join(folder, `${name}.ipynb`);
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return ["run", file, ...output];
  };
  const anew = "open it in JupyterLab and save it anew";
  return [
    really(["run", ...output], says("got 0", "one notebook is wanted", "write: run NOTEBOOK --output FILE")),
    refused(["run", "a", "b", ...output], says("got 2", "one notebook is wanted", "write: run NOTEBOOK")),
    really("run a.ipynb", says(null, "--output is missing", "name the file to write")),
    really(
      ["run", "nothere.ipynb", ...output],
      says("nothere.ipynb", "there is no notebook", "name a file that ends in"),
    ),
    refused(["run", folder, ...output], says(folder, "there is no notebook", "name a file that ends in .ipynb")),
    refused("run a.ipynb --output /no/x.ipynb", says("/no/x.ipynb", "--output", "make it first")),
    refused(["run", "a.ipynb", "--output", folder], says(folder, "--output", "name a file in it")),
    refused(["run", "a.ipynb", "--ouput", "x"], says("--ouput", "run", "the options are --output")),
    really(notebook("text", "hello"), says("text.ipynb", "it is not JSON", "name a file that ends in .ipynb")),
    refused(notebook("list", []), says("list.ipynb", "not a notebook of format 4", anew)),
    really(notebook("old", { ...whole, nbformat: 3 }), says("old.ipynb", "nbformat", anew)),
    refused(notebook("cells", { ...whole, cells: [null] }), says("cells.ipynb", "cells.0", anew)),
    refused(
      notebook("source", { ...whole, cells: [{ ...whole.cells[0], source: 1 }] }),
      says("source.ipynb", "cells.0.source", anew),
    ),
    refused(
      notebook("tags", { ...whole, cells: [{ ...whole.cells[0], metadata: { tags: "x" } }] }),
      says("tags.ipynb", "cells.0.metadata.tags", anew),
    ),
    refused(notebook("kernel", { ...whole, metadata: {} }), says("kernel.ipynb", "names no kernel", "choose NASLab")),
    refused([...notebook("valueless", whole), "-p", "n"], says("-p n", "lacks its value", "write -p NAME VALUE")),
    really([...notebook("name", whole), "-p", "nope", "1"], says("nope", "-p", "use one of n")),
    refused(
      [...notebook("tagless", { ...whole, cells: [] }), "-p", "n", "1"],
      says("-p", 'needs a cell tagged "parameters"', "tag it"),
    ),
  ];
}
