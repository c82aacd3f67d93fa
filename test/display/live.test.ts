import assert from "node:assert/strict";
import { after, before, beforeEach, suite, test } from "node:test";
import { useBackend } from "../../src/backend";
import { datasets, type ImageDataset } from "../../src/datasets";
import { display, type MimeBundle } from "../../src/display";
import { draw } from "../../src/display/draw";
import { liveDisplay, liveSpecification } from "../../src/display/live";
import { progressLine } from "../../src/display/progress";
import { methods } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { SearchRun } from "../../src/trainer";

const PORT = Symbol.for("naslab.notebook");
const STATE = "application/vnd.naslab.run.v1+json";
const VEGA = "application/vnd.vegalite.v5+json";

/** A notebook that remembers what it is told to show. */
class FakeNotebook {
  readonly shown: { data: MimeBundle; id: string; update: boolean }[] = [];
  display = (data: MimeBundle, { id, update }: { id: string; update: boolean }) =>
    void this.shown.push({ data, id, update });
  signal = () => new AbortController().signal;
  registerTarget = () => () => {};
}

suite("the live display", () => {
  let images: ImageDataset;
  let notebook: FakeNotebook;
  before(async () => {
    await useBackend("native");
    images = (await datasets.fashionMnist()).take({ train: 96, test: 0 });
  });
  beforeEach(() => {
    notebook = new FakeNotebook();
    (globalThis as Record<symbol, unknown>)[PORT] = notebook;
  });
  after(() => delete (globalThis as Record<symbol, unknown>)[PORT]);

  const search = () =>
    new SearchRun(methods.drnas, spaces.nasBench201(), images, { channels: 4, cells: 1, batch: 16, epochs: 2 });

  test("of a figure that is followed is one display a stage too, with what the figure refuses in its place", async () => {
    const run = search();
    const stop = display.follow(run, (run) => display.eigenvalues([run]));
    await run.stage({ epochs: 2 });
    stop();
    const other = display.follow(run, (run) => display.operationCounts([run]));
    await run.stage({ epochs: 1 });
    other();
    await run.stage({ epochs: 1 });
    run.dispose();
    assert.deepEqual(
      notebook.shown.map(({ update }) => update),
      [false, true, false],
    );
    const [first, , last] = notebook.shown;
    assert.match(String(first.data["text/plain"]), /^eigenvalues: this run of DrNAS has read none/);
    assert.ok(VEGA in last.data && last.id !== first.id);
  });

  test("is one display a stage, updated in place without pictures, and a whole figure at the end", async () => {
    const run = search();
    let time = 0;
    liveDisplay(run, () => (time += 1000));
    await run.stage({ epochs: 1 });
    await run.stage({ epochs: 1 });
    run.dispose();
    assert.deepEqual(new Set(notebook.shown.map(({ id }) => id)).size, 2);
    const stage = notebook.shown.filter(({ id }) => id === notebook.shown[0].id);
    assert.deepEqual(
      stage.map(({ update }) => update),
      [false, ...stage.slice(1).map(() => true)],
    );
    assert.equal(stage.length, 1 + 3 + 1 + 1); // begin, steps, epoch, end
    for (const { data } of stage.slice(0, -1)) {
      assert.deepEqual(Object.keys(data).sort(), [STATE, VEGA, "text/plain"].sort());
      assert.ok(JSON.stringify(data).length < 100_000);
    }
    assert.deepEqual(
      Object.keys(stage.at(-1)!.data).sort(),
      [STATE, VEGA, "image/png", "image/svg+xml", "text/plain"].sort(),
    );
    assert.match(stage[0].data["text/plain"] as string, /^Stage 1: compiling the step/);
    assert.match(stage[2].data["text/plain"] as string, /^Stage 1: searching, epoch 1 of 1, step 2 of 3/);
    assert.match(stage.at(-1)!.data["text/plain"] as string, /^Finished after 1 whole epoch, 3 steps/);
  });

  test("says what the user should know, such as that nothing can be saved", async () => {
    class Unsaved extends SearchRun {
      tell = (notice: string | null) => this.notify(notice);
    }
    const settings = { channels: 4, cells: 1, batch: 16, epochs: 1 };
    const run = new Unsaved(methods.drnas, spaces.nasBench201(), images, settings);
    liveDisplay(run, () => 0); // no update in between
    run.on("step", ({ step }) => {
      if (step === 1) run.tell("not saved: the disk is full");
      if (step === 3) run.tell(null);
    });
    await run.stage();
    run.dispose();
    const told = notebook.shown.map(({ data }) => (data["text/plain"] as string).split("\n")[0]);
    assert.deepEqual(
      told.map((line) => line.endsWith(" · not saved: the disk is full")),
      [false, true, false, false],
    );
  });

  test("of 28 edges is a bar an edge, an update below 100 kB", async () => {
    for (const space of [spaces.darts(), spaces.s1()]) {
      const run = new SearchRun(methods.drnas, space, images, { channels: 4, cells: 2, batch: 16, epochs: 50 });
      for (let step = 1; step <= 2000; step++)
        run.steps.push({
          step,
          epoch: Math.ceil(step / 40),
          trainLoss: 1 / step,
          trainAccuracy: 1 - 1 / step,
          searchLoss: 1 / step,
          entropy: 1 / step,
          seconds: 0.1,
          imageSeconds: 0,
          architectureSeconds: 0.05,
          weightSeconds: 0.05,
        });
      const specification = liveSpecification(run, "Stage 1: searching");
      const bytes = JSON.stringify(specification).length;
      assert.ok(bytes < 100_000, `${bytes} bytes`);
      const { svg, warnings } = draw(specification);
      assert.deepEqual(warnings, []);
      assert.match(svg, /normal cell[\s\S]*reduce cell/);
      const bars = svg.match(/aria-roledescription="bar"/g)!.length;
      assert.equal(
        bars,
        space.edges.reduce((sum, { candidates }) => sum + candidates.length, 0),
      );
    }
  });

  test("waits between two updates", async () => {
    const run = search();
    liveDisplay(run, () => 0); // no time passes
    await run.stage({ epochs: 1 });
    run.dispose();
    assert.deepEqual(
      notebook.shown.map(({ update }) => update),
      [false, true],
    ); // begin and end
  });

  test("says that a search was interrupted, also before its first epoch ended", async () => {
    const run = search();
    const controller = new AbortController();
    run.on("step", () => controller.abort());
    const off = liveDisplay(run, () => 0);
    await run.stage({ signal: controller.signal });
    assert.match(notebook.shown.at(-1)!.data["text/plain"] as string, /^Interrupted after 0 whole epochs, 1 step ·/);
    off();
    await run.stage({ epochs: 1 });
    assert.equal(notebook.shown.length, 2);
    run.dispose();
  });

  test("is silent outside a notebook", async () => {
    delete (globalThis as Record<symbol, unknown>)[PORT];
    const run = search();
    liveDisplay(run, () => 0);
    await run.stage({ epochs: 1 });
    assert.equal(run.history.length, 1);
    run.dispose();
  });
});

test("progress says what is left", () => {
  const progress = {
    stage: 2,
    phase: "searching",
    epoch: 3,
    lastEpoch: 20,
    step: 1200,
    steps: 2000,
    secondsPerStep: 0.0712,
    secondsLeft: 75,
  } as const;
  assert.equal(
    progressLine(progress),
    "Stage 2: searching, epoch 3 of 20, step 1,200 of 2,000 · 1:15 left · 71 ms a step",
  );
  assert.match(progressLine({ ...progress, secondsPerStep: null, secondsLeft: null }), /estimating the time left$/);
});
