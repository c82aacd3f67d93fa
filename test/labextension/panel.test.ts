// A running search in a real JupyterLab: its live display by the plugin, and the panel "Searches" with its buttons.
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Locator } from "playwright-core";
import { Lab } from "../notebooks/lab";
import { cellWith, sourceOf } from "../notebooks/notebook";
import { firstSearch } from "../notebooks/reduced";
import { saveScreenshot } from "./screenshots";
import { until } from "./until";

const whole = firstSearch(1_000_000);
// Of which this search has a folder from the start, so that the cells that save and open it again are not wanted.
const endless = { ...whole, cells: whole.cells.filter((cell) => !/run\.save|openRun|^tomorrow/.test(sourceOf(cell))) };
const made = endless.cells[cellWith(endless, "const run = drnas(")];
made.source = sourceOf(made).replace("{ channels", '{ folder: "kept", channels');
const stage = cellWith(endless, "await run.stage(");
const RUN = "application/vnd.naslab.run.v1+json";

let lab: Lab;
before(async () => {
  lab = await Lab.open(endless);
  await lab.execute("naslab:show-searches");
});
after(() => lab?.close());

const panel = () => lab.page.getByRole("region", { name: "Searches" });
const items = () => panel().getByRole("listitem");
const button = (name: string) => panel().getByRole("button", { name });
const status = (word: string) => panel().locator(`.naslab-status[data-status="${word}"]`);

const textOf = async (locator: Locator): Promise<string> => (await locator.textContent())!;

/** The steps that the output of the stage's cell tells. */
async function steps(): Promise<number> {
  const [output] = await lab.outputs(stage);
  return (output?.data?.[RUN] as { steps: number } | undefined)?.steps ?? 0;
}

test("the panel is empty while no search runs", async () => {
  assert.equal(await items().count(), 0);
  assert.match(await textOf(panel()), /No search has begun/);
});

test("it lists a search that begins, with method, space, stage, progress, time left and architecture", async () => {
  lab.runAll().catch(() => {}); // the page is loaded again before it ends
  await button("Pause: DrNAS 1").waitFor();
  await until(async () => / left · \d+ ms a step/.test(await textOf(items())));
  const told = await textOf(items());
  assert.match(told, /DrNAS on NAS-Bench-201 · notebook\.ipynb/);
  assert.match(told, /Stage 1: (searching|validating), epoch \d+ of 1000000, step [\d,]+ of 2,000,000/);
  assert.match(told, /\|\w+~0\|\+\|\w+~0\|\w+~1\|\+\|\w+~0\|\w+~1\|\w+~2\|/);
  assert.equal(await items().count(), 1);
});

test("the plugin draws the run and makes nothing anew while it changes up to ten times a second", async (context) => {
  const view = lab.page.locator(".naslab-run");
  assert.equal(await view.locator("svg").count(), 6 + 3);
  await view.evaluate((node) => {
    const { MutationObserver, Element } = node.ownerDocument.defaultView;
    const made: string[] = [];
    new MutationObserver((changes: { addedNodes: Iterable<object>; removedNodes: Iterable<object> }[]) => {
      for (const { addedNodes, removedNodes } of changes)
        for (const change of [...addedNodes, ...removedNodes]) if (change instanceof Element) made.push(String(change));
    }).observe(node, { childList: true, subtree: true });
    Object.assign(globalThis, { made });
  });
  const bar = view.locator(".naslab-weights circle").first();
  const before = await bar.getAttribute("cx");
  const updates = await lab.updates(stage);
  const start = performance.now();
  await lab.updated(stage, updates + 20);
  context.diagnostic(`${(20_000 / (performance.now() - start)).toFixed(1)} updates a second`);
  await until(async () => (await bar.getAttribute("cx")) !== before);
  assert.deepEqual(await lab.page.evaluate(() => (globalThis as unknown as { made: string[] }).made), []);
  assert.equal(await lab.page.locator(".jp-Notebook .jp-Cell").nth(stage).locator(".vega-embed").count(), 0);
  await saveScreenshot(lab, context, "run-light");
});

test("hovering shows the distribution as it is now", async (context) => {
  const tip = lab.page.getByRole("tooltip");
  assert.equal(await tip.count(), 0);
  await items().hover();
  assert.equal(await tip.getByRole("img").count(), 6);
  assert.match((await tip.getByRole("img").first().getAttribute("aria-label"))!, /^edge 1 ← 0: none 0\.\d\d, skip /);
  await saveScreenshot(lab, context, "panel-hover");
  await lab.page.mouse.move(700, 990);
  await tip.waitFor({ state: "detached" });
});

test("pause stops the steps, resume lets them go on; by keyboard too", async () => {
  await button("Pause: DrNAS 1").focus();
  await lab.page.keyboard.press("Enter");
  await status("paused").waitFor();
  await until(async () => (await textOf(items())).includes("Stage 1: paused"));
  await sleep(500); // the last update has come
  const held = await steps();
  assert.ok(held > 0);
  await sleep(2000);
  assert.equal(await steps(), held);
  assert.equal(await textOf(lab.page.locator("*:focus")), "Resume"); // the focus stays
  await button("Resume: DrNAS 1").click();
  await status("running").waitFor();
  await until(async () => (await steps()) > held);
});

test("checkpoint writes one in the run's folder and says where", async () => {
  await button("Checkpoint: DrNAS 1").click();
  const said = panel().getByRole("status");
  await until(async () => /checkpoint written: \S+\.json/.test(await textOf(said)));
  const [, file] = /checkpoint written: (\S+\.json)/.exec(await textOf(said))!;
  assert.ok(existsSync(file));
});

test("go to cell leads to the cell that shows the search", async () => {
  await lab.page.evaluate(() => {
    jupyterapp.shell.currentWidget.content.activeCellIndex = 0;
  });
  await button("Go to cell: DrNAS 1").click();
  await until(() =>
    lab.page.evaluate((stage) => jupyterapp.shell.currentWidget.content.activeCellIndex === stage, stage),
  );
});

test("a reloaded page shows the search that goes on in the kernel", async () => {
  await lab.reload();
  await lab.execute("naslab:show-searches");
  await button("Pause: DrNAS 1").waitFor();
  const told = await textOf(items());
  await until(async () => (await textOf(items())) !== told);
  assert.equal(await items().count(), 1);
});

test("stop ends the stage, and the run stays listed", async (context) => {
  await button("Stop: DrNAS 1").click();
  await status("interrupted").waitFor();
  assert.equal(await button("Stop: DrNAS 1").isDisabled(), true);
  await lab.setTheme("JupyterLab Dark");
  await lab.runNew("await run.stage({ epochs: 3 })");
  await status("idle").waitFor();
  await lab.page.mouse.move(700, 990);
  await lab.page.locator(".naslab-run").last().scrollIntoViewIfNeeded();
  await saveScreenshot(lab, context, "run-dark");
  await lab.setTheme("JupyterLab Light");
});

test("a kernel that restarts has no searches, and lists its next", async () => {
  await lab.restartKernel();
  await until(async () => (await items().count()) === 0);
  const code = `import { datasets, methods, search, spaces } from "naslab";
const data = (await datasets.fashionMnist()).take({ train: 64 });
const run = search(methods.gdas, spaces.nasBench201(), data, { channels: 4, cells: 1, batch: 16, epochs: 2 });
await run.stage();
run.saveWeights("weights.safetensors");`;
  await lab.runNew(code);
  await status("idle").waitFor();
  assert.match(await textOf(items()), /^GDAS 1/);
});

test("the launcher has a tile, the palette the commands, and a new notebook comes from the template", async (context) => {
  await lab.execute("launcher:create");
  const tile = lab.page.locator('.jp-LauncherCard[title="Architecture search"]');
  await tile.waitFor();
  await saveScreenshot(lab, context, "launcher");
  await lab.execute("apputils:activate-command-palette");
  const palette = lab.page.locator(".lm-CommandPalette");
  await palette.locator("input").fill("search notebook");
  await palette.getByText("New architecture search notebook").waitFor();
  await lab.page.keyboard.press("Escape");
  const before = readdirSync(lab.folder);
  await tile.click();
  const opened = lab.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)", { hasText: "Architecture search" });
  await opened.filter({ hasText: "NASLab (TypeScript)" }).waitFor(); // its kernel has started
  const made = readdirSync(lab.folder).filter((name) => !before.includes(name) && name.endsWith(".ipynb"));
  assert.equal(made.length, 1);
});

test("saved weights have the search's icon in the file browser", async () => {
  await lab.execute("filebrowser:activate");
  const file = lab.page.locator(".jp-DirListing-item", { hasText: ".safetensors" });
  await file.locator('[data-icon="naslab:logo"]').waitFor();
});

test("the page's console has no error", () => {
  assert.deepEqual(lab.pageErrors, []);
});
