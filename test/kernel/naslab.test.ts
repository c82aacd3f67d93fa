// The package in the kernel: a search in the background of other cells, and the editor's help.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { packageRoot } from "../../src/root";
import { type Execution, KernelClient } from "./client";

let kernel: KernelClient;
before(async () => {
  process.env.NASLAB_BACKEND = "wasm"; // no step has to be compiled
  kernel = await KernelClient.start(packageRoot);
  const first = await kernel.execute(`import { datasets, drnas, spaces } from "naslab";
const data = (await datasets.fashionMnist()).take({ train: 64, test: 0 });
const settings = { channels: 4, cells: 1, batch: 16, stepsPerEpoch: 2, epochs: 1000 };`);
  assert.equal(first.reply.status, "ok", String(first.reply.evalue));
});
after(() => kernel.stop());

const text = ({ outputs }: Execution) => {
  const result = outputs.find(({ type }) => type === "execute_result");
  return (result?.content.data as Record<string, unknown> | undefined)?.["text/plain"];
};
const isUpdate = ({ header, content }: { header: { msg_type: string }; content: Record<string, unknown> }) =>
  header.msg_type === "update_display_data" && "application/vnd.vegalite.v5+json" in (content.data as object);

test("a search in the background leaves the kernel free; another cell pauses it, goes on, stops and awaits it", async () => {
  const update = kernel.until(isUpdate);
  const { reply, outputs } = await kernel.execute(`const run = drnas(spaces.nasBench201(), data, settings);
const running = run.stage();`);
  assert.equal(reply.status, "ok");
  assert.deepEqual(
    outputs.filter(({ type }) => type === "error"),
    [],
  );
  const { parent } = await update;
  assert.equal(kernel.outputsOf(parent.msg_id as string)[0]?.type, "display_data", "its display is in its own cell");

  await kernel.execute(`run.pause(); await new Promise<void>((resolve) => run.on("pause", () => resolve()));
const still = run.steps.length; await new Promise((r) => setTimeout(r, 300));`);
  assert.equal(text(await kernel.execute("[run.status, run.steps.length === still]")), "[ 'paused', true ]");
  await kernel.execute("run.resume(); await new Promise<void>((resolve) => run.on('step', () => resolve()));");
  assert.equal(text(await kernel.execute("run.stop(); await running; run.status")), "'interrupted'");
});

test("an error of a search in the background appears in the cell that started it", async () => {
  const shown = kernel.printed("Uncaught UserError");
  const failing = await kernel.execute(`const other = drnas(spaces.nasBench201(), data, { ...settings, channels: 6 });
const broken = other.stage(); other.stage(); other.stop();`);
  assert.equal(failing.reply.status, "ok");
  const second = kernel.execute("await broken; 1");
  assert.match(String((await shown).content.text), /a stage of this run is running/);
  assert.equal(text(await second), "1");
  assert.equal((await second).outputs.length, 1);
});

test("an interrupt request stops a search in the background and one that is awaited, which then go on", async () => {
  await kernel.execute("const stage = run.stage();");
  await kernel.request("interrupt_request", {}, "control");
  assert.equal(text(await kernel.execute("await stage; run.status")), "'interrupted'");
  const step = kernel.printed("step");
  const awaited = kernel.execute("run.on('step', () => console.log('step')); await run.stage(); run.status");
  await step;
  await kernel.request("interrupt_request", {}, "control");
  assert.equal((await awaited).reply.status, "ok");
  assert.equal(text(await awaited), "'interrupted'");
});

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

test("completion and inspection know the package and answer within 300 ms, also while a cell awaits", async (context) => {
  const started = kernel.printed("awaiting");
  const waiting = kernel.execute("await 0; console.log('awaiting'); await new Promise(() => {})");
  await started;
  const times: Record<string, number[]> = { complete: [], inspect: [] };
  for (let n = 0; n < 6; n++) {
    const code = `const again${n} = drnas(spaces.nasBench201(), data);\nagain${n}.sta`;
    let from = performance.now();
    const completed = await kernel.request("complete_request", { code, cursor_pos: code.length });
    times.complete!.push(performance.now() - from);
    assert.deepEqual((completed.matches as string[]).slice(0, 1), ["stage"]);
    from = performance.now();
    const inspected = await kernel.request("inspect_request", { code, cursor_pos: code.indexOf("drnas") + 1 });
    times.inspect!.push(performance.now() - from);
    const shown = (inspected.data as Record<string, string>)["text/plain"]!;
    assert.match(shown, /drnas\(space: .*, data: Dataset<.*>, settings\?: RunInput\): Run/s);
    assert.match(shown, /A DrNAS search \(Chen et al., ICLR 2021\)/);
  }
  await kernel.request("interrupt_request", {}, "control");
  await waiting;
  for (const [name, all] of Object.entries(times)) {
    context.diagnostic(`${name}: median ${median(all.slice(1)).toFixed(0)} ms, first ${all[0]!.toFixed(0)} ms`);
    assert.ok(median(all.slice(1)) <= 300, `${name}: ${all.map((time) => time.toFixed(0))} ms`);
  }
});
