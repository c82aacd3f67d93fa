// Plotly figures in a real JupyterLab: drawn, updated in place, themed, resized, gone without a trace.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Lab } from "../notebooks/lab";
import { notebookOf } from "../notebooks/notebook";
import { saveScreenshot } from "./screenshots";
import { until } from "./until";

/** What the cells below show by: a figure under an id, in place of the one before if it is an update. */
const prelude = `
const show = (id: string, data: object[], layout: object, update = false) =>
  (globalThis as any)[Symbol.for("naslab.notebook")].display(
    { "application/vnd.plotly.v1+json": { data, layout }, "text/plain": "a figure" }, { id, update });
const drawn = { count: 0 };
const line = (i: number) => [{ x: [1, 2, 3], y: [i, 2 * i, i % 7], mode: "lines+markers" }];`;

const figures = `
show("line", line(1), { title: { text: "Line" }, height: 260 });
show("simplex", [{ type: "scatterternary", mode: "markers", a: [1, 2, 3], b: [2, 2, 1], c: [1, 1, 3] }], { height: 320 });
show("landscape", [{ type: "surface", z: [[1, 2, 3], [2, 3, 5], [1, 1, 1]] }], { height: 320 });`;

const updates = `
for (let k = 1; k <= 100; k++) {
  const i = ++drawn.count;
  show("line", line(i), { title: { text: "Line " + i }, height: 260 }, true);
  await new Promise((resolve) => setTimeout(resolve, 30));
}`;

let lab: Lab;
before(async () => {
  lab = await Lab.open(notebookOf(prelude, figures, updates));
});
after(() => lab?.close());

const shown = () => lab.page.locator(".naslab-plotly");
const title = (text: string) => lab.page.locator(".naslab-plotly .gtitle", { hasText: text });

type Weight = Awaited<ReturnType<typeof weight>>;

/** Elements, listeners and heap (bytes) of the page, after its garbage was collected. */
async function weight() {
  const session = await lab.page.context().newCDPSession(lab.page);
  await session.send("Performance.enable");
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  const value = (name: string) => metrics.find((metric) => metric.name === name)!.value;
  return { nodes: value("Nodes"), listeners: value("JSEventListeners"), heap: value("JSHeapUsedSize") };
}

test("plotly.js is fetched for the first figure, not when JupyterLab starts", async () => {
  const fetched = (name: RegExp) =>
    lab.requests.filter((url) => url.includes("lab/extensions/naslab") && name.test(url)).length;
  assert.equal(fetched(/remoteEntry/), 1);
  assert.equal(fetched(/plotly/), 0);
  await lab.run(0);
  await lab.run(1);
  await shown().nth(2).locator(".gl-container canvas").first().waitFor();
  assert.equal(fetched(/plotly/), 1);
});

test("charts, a ternary plot and a surface are drawn, with a label for those who cannot see them", async (context) => {
  await title("Line").waitFor();
  assert.equal(await shown().count(), 3);
  assert.equal(await shown().nth(1).locator(".ternary").first().isVisible(), true);
  assert.equal(await shown().first().getAttribute("aria-label"), "Plotly figure: Line");
  await saveScreenshot(lab, context, "plotly-light");
});

test("100 updates change the figure in place and leave nothing behind", async () => {
  const element = (await shown().first().elementHandle())!;
  const weights: Weight[] = [];
  for (let round = 1; round <= 3; round++) {
    await lab.run(2);
    await title(`Line ${100 * round}`).waitFor();
    weights.push(await weight()); // what the first round makes stays
  }
  assert.ok(await lab.isShown(element), "the element on the page is still the same");
  assert.equal(await shown().count(), 3);
  // A leak grows in every round; what JupyterLab or the collector is at just then, in some only.
  const least = (of: keyof Weight) => Math.min(...weights.slice(1).map((after, k) => after[of] - weights[k][of]));
  assert.ok(least("nodes") < 100, `${least("nodes")} elements more`);
  assert.ok(least("listeners") < 20, `${least("listeners")} listeners more`);
  assert.ok(least("heap") < 5e6, `${least("heap")} bytes more`);
});

test("a figure follows the width of its cell", async () => {
  const width = () =>
    shown()
      .first()
      .locator(".main-svg")
      .first()
      .evaluate((svg) => svg.clientWidth);
  const wide = await width();
  await lab.page.setViewportSize({ width: 900, height: 1000 });
  await until(async () => Math.abs(wide - (await width()) - 380) < 20);
  await lab.page.setViewportSize({ width: 1280, height: 1000 });
  await until(async () => (await width()) === wide);
});

test("a figure follows the theme", async (context) => {
  const ink = () => title("Line 300").evaluate((text) => text.style.fill);
  assert.match(await ink(), /rgb\(0, 0, 0\)/);
  await lab.setTheme("JupyterLab Dark");
  await until(async () => /rgb\(255, 255, 255\)/.test(await ink()));
  await saveScreenshot(lab, context, "plotly-dark");
  await lab.setTheme("JupyterLab Light");
});

test("a figure that goes takes its elements, listeners and WebGL contexts with it", async () => {
  const warnings: string[] = [];
  lab.page.on("console", (message) => warnings.push(message.text()));
  const surface = 'show("s" + Math.random(), [{ type: "surface", z: [[1, 2], [2, 3]] }], { height: 200 })';
  const index = await lab.addCell(surface);
  const again = async () => {
    await lab.run(index);
    await shown().nth(3).locator(".gl-container canvas").first().waitFor();
  };
  await again();
  const before = await weight();
  for (let k = 0; k < 17; k++) await again(); // a browser keeps 16 contexts
  const after = await weight();
  assert.ok(after.nodes - before.nodes < 200, `${after.nodes - before.nodes} elements more`);
  assert.ok(after.listeners - before.listeners < 50, `${after.listeners - before.listeners} listeners more`);
  assert.deepEqual(
    warnings.filter((text) => /too many active webgl/i.test(text)),
    [],
  );
});

test("what is no figure shows what it must be in its place, and the page has no error", async () => {
  await lab.runNew('show("broken", 5 as any, {})');
  await lab.page.locator(".jp-Notebook", { hasText: "must be { data: [trace, …], layout: { … } }" }).waitFor();
  assert.deepEqual(lab.pageErrors, []);
});
