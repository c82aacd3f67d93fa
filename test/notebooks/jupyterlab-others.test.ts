// The notebooks after the first in a real JupyterLab in a real browser.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { checkOutputs } from "./figures";
import { Lab } from "./lab";
import { reduced } from "./reduced";

/** The charts that each has at least. */
const notebooks = {
  "02-methods.ipynb": 10,
  "03-spaces.ipynb": 2,
  "04-progressive.ipynb": 4,
  "05-displays.ipynb": 16,
  "06-proxies.ipynb": 5,
  "07-why-darts-collapses.ipynb": 6,
};

/** Two at a time: a page waits for its kernel most of the time, and none of these clicks anything. */
suite("in JupyterLab", { concurrency: 2 }, () => {
  for (const [name, least] of Object.entries(notebooks)) {
    test(`the searches of ${name} run, its charts are drawn, and the page has no error`, async (context) => {
      const lab = await Lab.open(reduced(name, 2));
      try {
        await lab.runAll();
        const charts = checkOutputs(await lab.allOutputs());
        assert.ok(charts.length >= least, `${charts.length} charts`);
        await lab.drawn(charts.length);
        const folder = process.env.NASLAB_SCREENSHOTS ?? mkdtempSync(join(tmpdir(), "naslab-screenshot-"));
        await lab.screenshot(join(folder, `${name}.png`));
        context.diagnostic(`screenshot: ${folder}`);
        assert.deepEqual(lab.pageErrors, []);
      } finally {
        await lab.close();
      }
    });
  }
});
