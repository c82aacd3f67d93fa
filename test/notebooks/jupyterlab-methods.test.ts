// The notebook of methods in a real JupyterLab in a real browser.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { checkOutputs } from "./figures";
import { Lab } from "./lab";
import { reduced } from "./reduced";

test("its searches run, its comparisons are drawn, and the page has no error", async (context) => {
  const lab = await Lab.open(reduced("02-methods.ipynb", 2));
  try {
    await lab.runAll();
    const charts = checkOutputs(await lab.allOutputs());
    assert.ok(charts.length >= 10, `${charts.length} charts`);
    await lab.drawn(charts.length);
    const folder = process.env.NASLAB_SCREENSHOTS ?? mkdtempSync(join(tmpdir(), "naslab-screenshot-"));
    await lab.screenshot(join(folder, "methods.png"));
    context.diagnostic(`screenshot: ${folder}`);
    assert.deepEqual(lab.pageErrors, []);
  } finally {
    await lab.close();
  }
});
