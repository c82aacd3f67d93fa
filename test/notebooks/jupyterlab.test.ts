// The first notebook in a real JupyterLab in a real browser: live display, interrupt, going on, figures.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { checkOutputs } from "./figures";
import { Lab } from "./lab";
import { cellWith } from "./notebook";
import { firstSearch } from "./reduced";

const endless = firstSearch(1_000_000); // until the interrupt button is pressed
const stage = cellWith(endless, "await run.stage(");

let lab: Lab;
before(async () => {
  lab = await Lab.open(endless);
});
after(() => lab?.close());

test("a running search updates its display in place, and the interrupt button ends its cell well", async () => {
  const all = lab.runAll();
  await lab.updated(stage, 4);
  const shown = await lab.shown(stage);
  const before = await lab.outputs(stage);
  await lab.updated(stage, (await lab.updates(stage)) + 4);
  const later = await lab.outputs(stage);
  assert.equal(later.length, before.length, "no output was added");
  assert.notDeepEqual(later, before);
  assert.ok(await lab.isShown(shown), "the element on the page is still the same");
  await lab.pressInterrupt();
  await all;
  checkOutputs(await lab.outputs(stage));
});

test("the cells after the interrupted one have run, and their charts are drawn", async () => {
  const charts = checkOutputs(await lab.allOutputs());
  assert.ok(charts.length >= 5, `${charts.length} charts`);
  await lab.drawn(charts.length);
});

test("the interrupted search goes on from where it was", async () => {
  // Two epochs: the first may have only its validation left.
  const outputs = await lab.runNew(
    "const so = tomorrow.steps.length; await tomorrow.stage({ epochs: 2 }); [so > 0, tomorrow.steps[so].step - so]",
  );
  checkOutputs(outputs);
  assert.equal(outputs.at(-1)!.data!["text/plain"], "[ true, 1 ]");
});

test("the page shows the whole notebook without an error of its own", async (context) => {
  const path = process.env.NASLAB_SCREENSHOT ?? join(mkdtempSync(join(tmpdir(), "naslab-screenshot-")), "notebook.png");
  await lab.screenshot(path);
  context.diagnostic(`screenshot: ${path}`);
  assert.deepEqual(lab.pageErrors, []);
});
