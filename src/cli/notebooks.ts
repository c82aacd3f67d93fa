// naslab notebooks: executes the notebooks of this repository and refreshes the outputs that are committed with them.
import { mkdirSync, readdirSync, renameSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { packageRoot } from "../root";
import { type Command, INTERRUPTED, readWords } from "./command";
import { execute } from "./execute";
import { readNotebook } from "./notebook-file";

const folder = join(packageRoot, "notebooks");

export const notebooks: Command = {
  help: `Usage: npm run notebooks

Executes every notebook in notebooks/ at the scale that it is committed with, and puts the new outputs in its place.
A notebook that fails, or that is interrupted, stays as it was; what it gave is kept in .naslab/notebooks.`,

  async run(words) {
    readWords(words, {});
    const fresh = join(packageRoot, ".naslab", "notebooks");
    mkdirSync(fresh, { recursive: true });
    const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
    let failures = 0;
    for (const path of names.map((name) => join(folder, name))) {
      console.error(`naslab: ${relative(packageRoot, path)}`);
      const output = join(fresh, basename(path));
      const outcome = await execute({ notebook: readNotebook(path), folder: dirname(path), output });
      if (outcome === "interrupted") return INTERRUPTED;
      if (outcome === "done") renameSync(output, path);
      else {
        failures++;
        console.error(`naslab: ${relative(packageRoot, path)} stays as it was; see ${relative(packageRoot, output)}`);
      }
    }
    return failures > 0 ? 1 : 0;
  },
};
