// What the plugin's panel hears of a kernel's searches, and what its buttons do.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { useBackend } from "../../src/backend";
import { datasets, type ImageDataset } from "../../src/datasets";
import { liveDisplay } from "../../src/display";
import { hasPanel } from "../../src/display/searches";
import { methods } from "../../src/methods";
import type { Comm } from "../../src/notebook";
import { type KernelMessage, RUN_STATE, type RunState, SEARCHES, type Search } from "../../src/plugin";
import { Run } from "../../src/runs";
import { spaces } from "../../src/spaces";

const PORT = Symbol.for("naslab.notebook");

/** A page's end of a comm. */
class Page {
  readonly heard: KernelMessage[] = [];
  order: (message: unknown) => void = () => {};
  close: (data: unknown) => void = () => {};
  readonly comm = {
    send: (message: KernelMessage) => void this.heard.push(message),
    onMessage: (listener: (message: unknown) => void) => {
      this.order = listener;
    },
    onClose: (listener: (data: unknown) => void) => {
      this.close = listener;
    },
  } as unknown as Comm;

  get searches(): readonly Search[] {
    const last = this.heard.findLast((message) => message.kind === "runs");
    return last?.kind === "runs" ? last.runs : [];
  }
}

suite("the searches of a kernel", () => {
  const shown: RunState[] = [];
  let images: ImageDataset;
  let opened: (comm: Comm, data: unknown) => void;
  let time = 0;
  const folder = mkdtempSync(join(tmpdir(), "naslab-searches-"));
  const home = process.cwd();

  before(async () => {
    process.chdir(folder);
    await useBackend("native");
    images = (await datasets.fashionMnist()).take({ train: 96, test: 0 });
    (globalThis as Record<symbol, unknown>)[PORT] = {
      display: (data: Record<string, RunState>) => void shown.push(data[RUN_STATE]),
      signal: () => new AbortController().signal,
      registerTarget: (target: string, listener: typeof opened) => {
        assert.equal(target, SEARCHES);
        opened = listener;
      },
    };
  });
  after(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
    delete (globalThis as Record<symbol, unknown>)[PORT];
  });

  function search(milliseconds: number): Run {
    const run = new Run(methods.drnas, spaces.nasBench201(), images, {
      channels: 4,
      cells: 1,
      batch: 16,
      epochs: 2,
    });
    liveDisplay(run, () => (time += milliseconds));
    return run;
  }

  function open(page: string): Page {
    const end = new Page();
    opened(end.comm, { page });
    return end;
  }

  test("are told to a page that opens a comm, and to it again whenever they change", async () => {
    const run = search(1000);
    const early = open("early");
    assert.equal(early.searches.length, 0);
    await run.stage({ epochs: 1 });
    assert.deepEqual(
      early.heard.map((message) => message.kind === "runs" && message.runs[0]?.status),
      [undefined, ...Array(5).fill("running"), "idle"], // opened; stage, 3 steps, epoch; end
    );
    const late = open("late");
    assert.deepEqual(late.searches, early.searches);
    const [{ method, space, steps, architecture, edges, operations, progress }] = late.searches;
    assert.deepEqual([method, space, steps, progress], ["DrNAS", "NAS-Bench-201", 3, null]);
    assert.equal(architecture, run.architecture.toString());
    assert.equal(operations[2].title, "conv 1×1");
    const [mean] = run.distribution.mean();
    assert.deepEqual(
      edges[0].mean,
      Array.from(mean, (weight) => Number(weight.toFixed(4))),
    );
    run.dispose();
  });

  test("pause, go on and stop as they are told", async () => {
    const run = search(1000);
    const page = open("buttons");
    const stage = run.stage({ epochs: 2 });
    while (run.steps.length === 0) await sleep(5);
    const { run: name } = page.searches.at(-1)!;
    const order = (kind: string) => page.order({ kind, run: name });
    order("pause");
    while (page.searches.at(-1)!.progress?.words.startsWith("Stage 1: paused") !== true) await sleep(5);
    const held = run.steps.length;
    await sleep(300);
    assert.equal(run.steps.length, held);
    assert.equal(page.searches.at(-1)!.status, "paused");
    order("resume");
    while (run.steps.length === held) await sleep(5);
    order("checkpoint");
    await sleep(0);
    const failed = page.heard.findLast((message) => message.kind === "failed");
    assert.match(
      failed!.words,
      /^run\.checkpoint: this run has no folder; `await run\.save\("runs\/first"\)` gives it one/,
    );
    await run.save("kept");
    order("checkpoint");
    while (!page.heard.some((message) => message.kind === "done")) await sleep(5);
    order("stop");
    await stage;
    assert.equal(page.searches.at(-1)!.status, "interrupted");
    const done = page.heard.find((message) => message.kind === "done");
    assert.match(done!.words, /^checkpoint written: .*kept\/checkpoints\/step-\d+\.json$/);
    assert.ok(existsSync(done!.words.slice("checkpoint written: ".length)));
    run.dispose();
    page.order({ kind: "pause", run: "nobody" });
    await sleep(0);
    assert.deepEqual(page.heard.at(-1), { kind: "failed", run: "nobody", words: "this run is gone" });
  });

  test("a page that was loaded again hears once, and one that closes its comm no more", async () => {
    const pages = [open("same"), open("same")];
    const run = search(1000);
    await run.stage({ epochs: 1 });
    run.dispose();
    assert.equal(pages[0].heard.length, 1);
    assert.ok(pages[1].heard.length > 1);
    for (const name of ["early", "late", "buttons", "same"]) open(name).close({});
    assert.equal(hasPanel(), false);
  });

  test("show themselves ten times a second where the panel listens, twice where it does not", async () => {
    const updates = async () => {
      const run = search(60);
      shown.length = 0;
      await run.stage({ epochs: 2 });
      run.dispose();
      return shown.length;
    };
    const few = await updates();
    const page = open("rate");
    const many = await updates();
    page.close({});
    assert.ok(many > 2 * few, `${many} and ${few} updates`);
    const { steps, share, edges, charts } = shown.at(-1)!;
    assert.deepEqual([steps, share], [6, 1]);
    for (const { mean, interval } of edges)
      for (const [o, weight] of mean.entries()) assert.ok(interval[o]![0] < weight! && weight! < interval[o]![1]);
    const [losses] = charts;
    assert.deepEqual(
      losses.lines.map(({ points }) => points.map(([step]) => step)),
      [
        [1, 2, 3, 4, 5, 6],
        [3, 6],
        [3, 6],
      ],
    );
  });
});
