import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import { useBackend } from "../../src/backend";
import { benchmarks } from "../../src/benchmarks";
import { datasets } from "../../src/datasets";
import { display, type MimeBundle } from "../../src/display";
import { draw, type Specification } from "../../src/display/draw";
import { methods } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { SearchRun } from "../../src/trainer";

const DISPLAY = Symbol.for("Jupyter.display");
const show = (value: object) => (value as Record<symbol, () => Promise<MimeBundle>>)[DISPLAY]();
const chart = ["application/vnd.vegalite.v5+json", "image/png", "image/svg+xml", "text/plain"];
const graph = ["image/png", "image/svg+xml", "text/plain"];

suite("every value shows itself", () => {
  let run: SearchRun;
  let fresh: SearchRun;
  before(async () => {
    await useBackend("native");
    const images = (await datasets.fashionMnist()).take({ train: 64, test: 0 });
    const start = () =>
      new SearchRun(methods.drnas, spaces.nasBench201(), images, { channels: 4, cells: 1, batch: 16, epochs: 2 });
    fresh = start();
    run = await start().stage({ epochs: 1 });
    run.dispose();
  });

  const values: [name: string, value: () => object, types: string[]][] = [
    ["the space", () => run.space, graph],
    ["a data set", () => run.data, ["image/png", "text/plain"]],
    ["a run before its first stage", () => fresh, ["text/markdown", "text/plain"]],
    ["a run after a stage", () => run, ["text/markdown", "text/plain"]],
    ["a distribution", () => run.distribution, chart],
    ["a history", () => run.history, chart],
    ["an empty history", () => fresh.history, ["text/plain"]],
    ["an architecture", () => run.architecture, graph],
    ["the search network's cells", () => display.cells(run), graph],
    ["the network", () => display.network(run), graph],
    ["a space's final network", () => display.network(run.space), graph],
    ["a benchmark's entry", () => benchmarks.nasBench201().query(run.architecture), chart],
    ["the entropy", () => display.entropy(run), chart],
    ["the trajectory", () => display.trajectory(run), chart],
    ["the rank", () => display.rank(run), chart],
  ];
  for (const [name, value, types] of values) {
    test(name, async () => {
      const bundle = await show(value());
      assert.deepEqual(Object.keys(bundle).sort(), types);
      for (const type of types) assert.ok(JSON.stringify(bundle[type]).length > 10, type);
      const specification = bundle["application/vnd.vegalite.v5+json"];
      if (specification) assert.deepEqual(draw(specification as Specification).warnings, []);
    });
  }

  test("and says at what scale it was learnt", async () => {
    for (const value of [
      run.distribution,
      run.history,
      display.entropy(run),
      display.trajectory(run),
      display.rank(run),
      display.cells(run.distribution),
      display.network(run),
      run,
    ]) {
      assert.match((await show(value))["text/plain"] as string, /Reduced search on Fashion-MNIST: 4 of 16 channels/);
    }
    assert.match(
      (await show(fresh))["text/markdown"] as string,
      /reduced search.*\| architecture\.regulariser\.kind \| anchor-l2 \|/s,
    );
  });

  test("settings that were not given are shown too", async () => {
    const text = (await show(fresh))["text/markdown"] as string;
    for (const name of ["seed", "split", "weights.momentum", "architecture.update.betas"])
      assert.ok(text.includes(`| ${name} |`), name);
  });
});

suite("display.register", () => {
  test("gives a user's class its picture, and replaces it", async () => {
    class Note {
      constructor(readonly text: string) {}
    }
    display.register(Note, ({ text }) => ({ "text/plain": text }));
    assert.deepEqual(await show(new Note("a")), { "text/plain": "a" });
    display.register(Note, async ({ text }) => ({ "text/plain": text.toUpperCase() }));
    assert.deepEqual(await show(new Note("a")), { "text/plain": "A" });
  });

  test("refuses what is no class", () => {
    assert.throws(() => display.register({} as never, () => ({})), /give a class and a function/);
  });
});
