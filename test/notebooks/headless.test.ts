// The notebooks, run through the real kernel without a browser.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/root";
import { checkOutputs } from "./figures";
import { notebookFolder, readNotebook } from "./notebook";
import { reduced } from "./reduced";

/** The charts that each has at least. */
const notebooks = {
  "01-first-search.ipynb": 5,
  "02-methods.ipynb": 10,
  "03-spaces.ipynb": 2,
  "04-progressive.ipynb": 4,
  "05-displays.ipynb": 16,
  "06-proxies.ipynb": 5,
  "07-why-darts-collapses.ipynb": 6,
  "../src/labextension/template.json": 4,
};

for (const [name, least] of Object.entries(notebooks)) {
  test(`${name} runs without a browser, and every figure has all its forms`, () => {
    const folder = notebookFolder();
    const source = join(folder, "notebook.ipynb");
    const output = join(folder, "out.ipynb");
    try {
      writeFileSync(source, JSON.stringify(reduced(name, 2)));
      execFileSync(process.execPath, [join(packageRoot, "bin/naslab.js"), "run", source, "--output", output], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      const charts = checkOutputs(readNotebook(output).cells.flatMap(({ outputs }) => outputs ?? []));
      assert.ok(charts.length >= least, `${charts.length} charts`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
