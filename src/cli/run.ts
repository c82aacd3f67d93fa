// naslab run: executes a notebook without a browser.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError } from "../errors";
import { program } from "../root";
import { type Command, fileToWrite, INTERRUPTED, readWords } from "./command";
import { execute } from "./execute";
import { readNotebook } from "./notebook-file";
import { injectParameters, takeParameters } from "./parameters";

export const run: Command = {
  help: `Usage: ${program} run NOTEBOOK --output FILE [-p NAME VALUE]…

Executes a notebook through the kernel that it names, in the notebook's own folder, and writes it with its outputs.

  --output FILE   where to write it; also written if a cell fails (exit code 1) or after an interrupt (130)
  -p NAME VALUE   another value for a variable of the cell tagged "parameters"; VALUE is JSON, or else a string

Example: ${program} run notebooks/01-first-search.ipynb --output out.ipynb -p epochs 2 -p images 512`,

  async run(words) {
    const { parameters, rest } = takeParameters(words);
    const { values, positionals } = readWords(rest, { output: { type: "string" } }, true);
    if (positionals.length !== 1) {
      throw new UserError(
        `one notebook is wanted, got ${positionals.length}; write: run NOTEBOOK --output FILE [-p NAME VALUE]`,
      );
    }
    if (!values.output)
      throw new UserError("--output is missing; name the file to write, for example --output out.ipynb");
    const path = resolve(positionals[0]);
    const output = fileToWrite("output", values.output);
    const notebook = injectParameters(readNotebook(path), parameters);
    const outcome = await execute({ notebook, folder: dirname(path), output });
    if (existsSync(output)) console.error(`naslab: ${outcome}; the notebook is in ${values.output}`);
    return { done: 0, failed: 1, interrupted: INTERRUPTED }[outcome];
  },
};
