// The kernel's process, spoken to as Jupyter does. One kernel serves all the checks.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { packageRoot } from "../../src/root";
import { type Execution, KernelClient } from "./client";

let kernel: KernelClient;
before(async () => {
  kernel = await KernelClient.start(packageRoot);
});
after(() => kernel.stop());

// Cells that are to be interrupted while they await print after a first await: a signal that meets the very end of a cell's
// synchronous part is lost in Node (its vm unhooks the handlers there and hooks them again).
const port = `const notebook: any = (globalThis as any)[Symbol.for("naslab.notebook")];`;

const hmac = (parts: readonly string[]) => createHmac("sha256", kernel.key).update(parts.join("")).digest("hex");
const results = ({ outputs }: Execution) => outputs.filter(({ type }) => type === "execute_result");
const resultText = (execution: Execution) => {
  const [result] = results(execution);
  return (result?.content.data as Record<string, unknown> | undefined)?.["text/plain"];
};
const printed = ({ outputs }: Execution, name: string) =>
  outputs.map(({ content }) => (content.name === name ? content.text : "")).join("");

test("kernel_info names TypeScript's true version", async () => {
  const info = await kernel.request("kernel_info_request", {});
  const language = info.language_info as Record<string, unknown>;
  assert.equal(info.implementation, "naslab");
  assert.equal(language.name, "typescript");
  const version = await kernel.execute(`import * as compiler from "@tslab/typescript-for-tslab"; compiler.version`);
  assert.equal(resultText(version), `'${language.version}'`);
});

test("the last value is the result, undefined is none", async () => {
  const { outputs, reply } = await kernel.execute("const six: number = 6; console.log('said'); six * 7");
  assert.equal(reply.status, "ok");
  assert.deepEqual(
    outputs.map(({ type }) => type),
    ["stream", "execute_result"],
  );
  assert.deepEqual(outputs[0]!.content, { name: "stdout", text: "said\n" });
  assert.deepEqual(outputs[1]!.content, {
    data: { "text/plain": "42" },
    metadata: {},
    execution_count: reply.execution_count,
  });
  assert.deepEqual((await kernel.execute("let nothing = 1; undefined")).outputs, []);
  assert.equal(
    resultText(await kernel.execute("({ a: [1, new Map([[1, 'x']])] })")),
    "{ a: [ 1, Map(1) { 1 => 'x' } ] }",
  );
});

test("a value shows itself by its own bundle", async () => {
  const shown = (bundle: string) => kernel.execute(`({ [Symbol.for("Jupyter.display")]: ${bundle} })`);
  const asynchronous = results(await shown(`async () => ({ "image/png": Buffer.from("hi"), "text/plain": "p" })`));
  assert.deepEqual(asynchronous[0]!.content.data, { "image/png": "aGk=", "text/plain": "p" });
  assert.deepEqual(results(await shown(`() => ({ "text/plain": "s" })`))[0]!.content.data, { "text/plain": "s" });
  assert.deepEqual(results(await shown("() => undefined")), []);
  const failing = await shown(`() => { throw new Error("no picture"); }`);
  assert.equal(failing.reply.status, "ok");
  assert.match(printed(failing, "stderr"), /display failed: Error: no picture/);
  assert.match(String(resultText(failing)), /Jupyter\.display/);
});

test("stdout and stderr stay in order and with the cell that prints", async () => {
  const { outputs } = await kernel.execute(
    `console.log("a"); console.error("b"); console.log("c"); process.stdout.write("d")`,
  );
  const streams = outputs
    .filter(({ type }) => type === "stream")
    .map(({ content }) => `${content.name}:${content.text}`);
  assert.deepEqual(streams, ["stdout:a\n", "stderr:b\n", "stdout:c\nd"]);

  const late = kernel.printed("late");
  const first = await kernel.execute(
    `let release = () => {}; new Promise<void>((r) => (release = r)).then(() => console.log("late")); undefined`,
  );
  await kernel.execute("release(); await new Promise((r) => setTimeout(r, 1)); undefined");
  const { parent } = await late;
  const all = kernel.outputsOf(parent.msg_id);
  assert.deepEqual(all, [{ type: "stream", content: { name: "stdout", text: "late\n" } }]);
  assert.deepEqual(first.outputs, []);
});

test("an error names the cell's own lines, through other cells and causes", async () => {
  const defining = await kernel.execute(`interface Point { x: number }

function check(p: Point): number {
  // a comment
  if (p.x > 1) throw new RangeError("bad " + p.x);
  return p.x;
}`);
  const { reply, outputs } = await kernel.execute(`let one = 1 as number;

check({ x: one });
check({ x: 7 });`);
  assert.equal(reply.status, "error");
  const [error] = outputs;
  assert.equal(error!.type, "error");
  assert.deepEqual(error!.content, {
    ename: "RangeError",
    evalue: "bad 7",
    traceback: [
      "RangeError: bad 7",
      `    at check in cell ${defining.reply.execution_count}, line 5: if (p.x > 1) throw new RangeError("bad " + p.x);`,
      `    at cell ${reply.execution_count}, line 4: check({ x: 7 });`,
    ],
  });
  assert.equal(reply.ename, "RangeError");

  const later = await kernel.execute(`await new Promise((r) => setTimeout(r, 1));
throw new TypeError("late", { cause: "why" });`);
  assert.deepEqual(later.reply.traceback, [
    "TypeError: late",
    `    at cell ${later.reply.execution_count}, line 2: throw new TypeError("late", { cause: "why" });`,
    "caused by Thrown: 'why'",
  ]);
  const deep = await kernel.execute(`import { readFileSync } from "node:fs";\nreadFileSync("/no such file");`);
  assert.equal((deep.reply.traceback as string[]).length, 2, "no frames of Node or the kernel");
  const recursion = await kernel.execute(
    "const parse = (depth: number): unknown => depth === 0 ? new URL('not an address') : [1].map(() => parse(depth - 1));\nparse(10);",
  );
  assert.match((recursion.reply.traceback as string[]).at(-1)!, /cell \d+, line 2: parse\(10\);$/);
});

test("all of the compiler's diagnostics are the error of a cell", async () => {
  const { reply, outputs } = await kernel.execute("const b: string = 5;\nlet c: number = 'e';");
  assert.equal(reply.ename, "TypeScriptError");
  const lines = [
    "1:7 - Type 'number' is not assignable to type 'string'.",
    "2:5 - Type 'string' is not assignable to type 'number'.",
  ];
  assert.equal(reply.evalue, lines.join("\n"));
  assert.deepEqual(outputs[0]!.content.traceback, ["TypeScriptError:", ...lines]);
});

test("names that a failing cell has assigned stay known", async () => {
  await kernel.execute("const reached: number = 3; throw new Error('half way'); const after = 4;");
  assert.equal(resultText(await kernel.execute("reached + 1")), "4");
});

test("after an error, cells that were sent before it are aborted", async () => {
  const cells = ["const until = Date.now() + 200; while (Date.now() < until); throw new Error('first')", "1", "2"];
  const [first, ...others] = await Promise.all(cells.map((code) => kernel.execute(code)));
  assert.equal(first!.reply.status, "error");
  for (const { reply, outputs } of others) assert.deepEqual([reply.status, outputs], ["aborted", []]);
  const going = ["throw new Error('again')", "3"].map((code) => kernel.execute(code, { stop_on_error: false }));
  assert.deepEqual(
    (await Promise.all(going)).map(({ reply }) => reply.status),
    ["error", "ok"],
  );
  assert.equal((await kernel.execute("4")).reply.status, "ok");
});

test("a display is updated in place, from later cells and after its cell has ended", async () => {
  const { outputs } = await kernel.execute(`${port}
const draw = (n: number, update: boolean) => notebook.display({ "text/plain": "step " + n }, { id: "live", update });
draw(0, false); draw(1, true); console.log("shown");
let goOn = () => {};
new Promise<void>((r) => (goOn = r)).then(() => setTimeout(draw, 100, 3, true));
undefined`);
  const display = (n: number) => ({
    data: { "text/plain": `step ${n}` },
    metadata: {},
    transient: { display_id: "live" },
  });
  const update = (n: number) => ({ type: "update_display_data", content: display(n) });
  assert.deepEqual(outputs.slice(0, 2), [{ type: "display_data", content: display(0) }, update(1)]);
  const late = kernel.until(({ content }) => (content.data as Record<string, unknown>)?.["text/plain"] === "step 3");
  const second = await kernel.execute("goOn(); await 0; draw(2, true)");
  assert.deepEqual(second.outputs, [update(2)], "an update belongs to the cell that executes");
  const { parent } = await late;
  assert.deepEqual(
    kernel.outputsOf(parent.msg_id).slice(0, 2),
    outputs.slice(0, 2),
    "or else to the cell that showed it",
  );
  const unknown = await kernel.execute(`notebook.display({}, { id: "none", update: true })`);
  assert.match(String(unknown.reply.evalue), /nothing is shown under the id "none"/);
});

test("an interrupt ends a synchronous endless loop with an error", async () => {
  const started = kernel.printed("looping");
  const looping = kernel.execute("let kept = 5; console.log('looping'); for (;;) kept++;");
  await started;
  kernel.interrupt();
  const { reply } = await looping;
  assert.deepEqual([reply.status, reply.ename], ["error", "Interrupted"]);
  assert.equal(resultText(await kernel.execute("kept >= 5")), "true");
});

test("an interrupt ends a cell that awaits and has no signal", async () => {
  const started = kernel.printed("waiting");
  const waiting = kernel.execute("const before = 1; await 0; console.log('waiting'); await new Promise(() => {});");
  await started;
  kernel.interrupt();
  assert.equal((await waiting).reply.ename, "Interrupted");
  assert.equal(resultText(await kernel.execute("before")), "1");
});

const search = `${port}
class Search {
  steps = 0;
  async stage(limit: number, stepTime: number): Promise<Search> {
    const signal: AbortSignal = notebook.signal();
    let stop = false;
    const listen = () => (stop = true);
    signal.addEventListener("abort", listen, { once: true });
    for (const last = this.steps + limit; this.steps < last && !stop; this.steps++) {
      await new Promise((r) => setTimeout(r, stepTime));
      if (this.steps === 2) console.log("third step");
    }
    signal.removeEventListener("abort", listen);
    return this;
  }
}
const run = new Search();`;

test("an interrupted search resolves, its cell ends well, and a later cell goes on", async () => {
  await kernel.execute(search);
  const third = kernel.printed("third step");
  const stage = kernel.execute("const ended = await run.stage(100000, 1); [ended === run, run.steps < 100000]");
  await third;
  kernel.interrupt();
  const { reply, outputs } = await stage;
  assert.equal(reply.status, "ok");
  assert.equal(resultText({ reply, outputs }), "[ true, true ]");
  const goesOn = await kernel.execute("const so = run.steps; await run.stage(5, 1); run.steps - so");
  assert.equal(resultText(goesOn), "5");
});

test("a second interrupt cuts off a search whose step does not end", async () => {
  await kernel.execute("run.steps = 0");
  const aborted = kernel.printed("heard");
  const started = kernel.printed("stuck");
  const stuck = kernel.execute(`notebook.signal().addEventListener("abort", () => console.log("heard"));
await 0; console.log("stuck"); await new Promise(() => {})`);
  await started;
  kernel.interrupt();
  await aborted;
  kernel.interrupt();
  assert.equal((await stuck).reply.ename, "Interrupted");
});

test("a cell that asked for its signal and listens to it no more is cut off after a moment", async () => {
  const started = kernel.printed("deaf");
  const deaf = kernel.execute(`notebook.signal(); await 0; console.log("deaf"); await new Promise(() => {})`);
  await started;
  kernel.interrupt();
  assert.equal((await deaf).reply.ename, "Interrupted");
});

test("an interrupt also reaches a search in the background", async () => {
  const stopped = kernel.printed("background stopped");
  await kernel.execute(`const background = run.stage(100000, 1);
background.then(() => console.log("background stopped")); undefined`);
  kernel.interrupt();
  await stopped;
  assert.equal((await kernel.execute("await background")).reply.status, "ok");
});

test("an interrupt that comes while a cell is compiled ends it", async () => {
  const begun = kernel.until(({ header }) => header.msg_type === "execute_input");
  const endless = kernel.execute("for (;;);");
  await begun;
  kernel.interrupt();
  assert.equal((await endless).reply.ename, "Interrupted");
});

test("ten interrupts in a row leave the kernel alive", async () => {
  for (let n = 0; n < 10; n++) {
    const started = kernel.printed(`round ${n}`);
    const cell = kernel.execute(`await 0; console.log("round ${n}"); await new Promise(() => {})`);
    await started;
    kernel.interrupt();
    assert.equal((await cell).reply.ename, "Interrupted");
  }
  assert.equal(resultText(await kernel.execute("run.steps >= 0")), "true");
});

test("errors that nobody awaits are shown by their cell", async () => {
  const timer = await kernel.execute(
    `setTimeout(() => { throw new Error("stray") }, 1); await new Promise((r) => setTimeout(r, 100))`,
  );
  assert.equal(timer.reply.status, "ok");
  assert.match(printed(timer, "stderr"), /Uncaught Error: stray\n.*cell \d+, line 1/);
  const promise = await kernel.execute(
    `void Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 100))`,
  );
  assert.match(printed(promise, "stderr"), /Uncaught Error: lost/);
});

test("a silent cell is not shown, counted or remembered, and one may be left out of the history", async () => {
  const first = await kernel.execute("const seen = 1; seen");
  const silent = await kernel.execute("console.log('unheard'); globalThis.constructor; 5", { silent: true });
  const unstored = await kernel.execute("'not in the history'", { store_history: false });
  const second = await kernel.execute("seen + 1");
  assert.deepEqual([silent.reply.status, silent.outputs], ["ok", []]);
  assert.equal(resultText(unstored), "'not in the history'");
  const count = first.reply.execution_count as number;
  assert.deepEqual(
    [silent, unstored, second].map(({ reply }) => reply.execution_count),
    [count, count, count + 1],
  );
  const { history } = await kernel.request("history_request", { hist_access_type: "tail", n: 2, output: true });
  assert.deepEqual(history, [
    [1, count, ["const seen = 1; seen", "1"]],
    [1, count + 1, ["seen + 1", "2"]],
  ]);
});

test("the history is found by range and by pattern", async () => {
  const { reply } = await kernel.execute("'needle 1'");
  await kernel.execute("'hay'");
  await kernel.execute("'needle 2'");
  await kernel.execute("'needle 1'");
  const line = reply.execution_count as number;
  const find = async (content: object) =>
    ((await kernel.request("history_request", { output: false, raw: true, ...content })).history as unknown[][]).map(
      ([, line, source]) => [line, source],
    );
  const range = { hist_access_type: "range", session: 0, start: line, stop: line + 2 };
  assert.deepEqual(await find(range), [
    [line, "'needle 1'"],
    [line + 1, "'hay'"],
  ]);
  assert.deepEqual(await find({ ...range, session: -1 }), [], "there is no earlier session");
  const search = { hist_access_type: "search", pattern: "'needle ?'" };
  assert.deepEqual(
    (await find(search)).map(([at]) => at),
    [line, line + 2, line + 3],
  );
  assert.deepEqual(await find({ ...search, unique: true, n: 1 }), [[line + 3, "'needle 1'"]]);
});

test("user expressions are evaluated after a cell that ends well", async () => {
  const user_expressions = { six: "2 * ten - 14", bad: "missing", thrown: "(() => { throw new RangeError('x') })()" };
  const { reply, outputs } = await kernel.execute("const ten = 10; undefined", { user_expressions });
  assert.deepEqual(outputs, []);
  const { six, bad, thrown } = reply.user_expressions as Record<string, Record<string, unknown>>;
  assert.deepEqual(six, { status: "ok", data: { "text/plain": "6" }, metadata: {} });
  assert.deepEqual([bad!.status, bad!.ename, thrown!.ename], ["error", "TypeScriptError", "RangeError"]);
  const failed = await kernel.execute("throw new Error('first')", { user_expressions });
  assert.equal(failed.reply.user_expressions, undefined);
});

test("a cell shows values on its way, clears its output, and uses tslab's display", async () => {
  const { outputs } = await kernel.execute(`import { display, newDisplay } from "tslab";
show({ a: 1 });
show({ [Symbol.for("Jupyter.display")]: async () => (await new Promise((r) => setTimeout(r, 20)), { "text/plain": "late" }) });
clearOutput(true);
display.html("<b>x</b>");
const kept = newDisplay();
kept.text("one"); kept.text("two");
show({ [Symbol.for("Jupyter.display")]() { throw new RangeError("no picture") } });`);
  const kinds = outputs.map(({ type, content }) => [type, content.data ?? content.wait ?? content.name]);
  assert.deepEqual(kinds.slice(0, 5), [
    ["display_data", { "text/plain": "{ a: 1 }" }],
    ["clear_output", true],
    ["display_data", { "text/html": "<b>x</b>" }],
    ["display_data", { "text/plain": "one" }],
    ["update_display_data", { "text/plain": "two" }],
  ]);
  const failing = outputs.find(({ content }) => content.name === "stderr")!;
  assert.match(String(failing.content.text), /display failed: RangeError: no picture\n.*line 8/);
  assert.deepEqual(outputs.at(-1)!.content.data, { "text/plain": "late" }, "the cell ends when all is shown");
});

test("a cell asks its user, unless the client cannot", async () => {
  const asked = kernel.answer("Ada");
  const named = await kernel.execute(`const who = await prompt("Your name?"); who.length`, { allow_stdin: true });
  assert.deepEqual(await asked, { prompt: "Your name?", password: false });
  assert.equal(resultText(named), "3");
  const refused = await kernel.execute(`await prompt("Your name?")`);
  assert.match(String(refused.reply.evalue), /this client cannot ask .*write the value into the cell/);
  const [first, both] = [
    kernel.answer("x"),
    kernel.execute(`(await Promise.all([prompt("1", { password: true }), prompt("2")])).join()`, { allow_stdin: true }),
  ];
  assert.deepEqual(await first, { prompt: "1", password: true });
  assert.deepEqual(await kernel.answer("y"), { prompt: "2", password: false }, "one question at a time");
  assert.equal(resultText(await both), "'x,y'");
});

test("an interrupt ends a question, and the next cell may ask again", async () => {
  const unanswered = kernel.execute("await prompt('?')", { allow_stdin: true });
  await kernel.until(({ header }) => header.msg_type === "execute_input");
  await new Promise((resolve) => setTimeout(resolve, 200));
  await kernel.request("interrupt_request", {}, "control");
  assert.equal((await unanswered).reply.ename, "Interrupted");
  const asked = kernel.answer("yes");
  const again = await kernel.execute("await prompt('again?')", { allow_stdin: true });
  assert.equal((await asked).prompt, "again?");
  assert.equal(resultText(again), "'yes'");
});

test("the page opens a comm to a cell's target; messages and bytes go both ways, also while a cell awaits", async () => {
  await kernel.execute(`${port}
let closed: unknown;
const withdraw = notebook.registerTarget("echo", (comm: any, data: unknown) => {
  comm.send({ opened: data });
  comm.onMessage((data: any, buffers: Uint8Array[]) => {
    if (data.fail) throw new RangeError("bad message");
    comm.send({ echo: data }, buffers.map((bytes) => Buffer.from(bytes).reverse()));
  });
  comm.onClose((data: unknown) => (closed = data));
});`);
  const started = kernel.printed("awaiting");
  const waiting = kernel.execute("await 0; console.log('awaiting'); await new Promise(() => {})");
  await started;
  const next = () => kernel.until(({ header }) => header.msg_type.startsWith("comm_"));
  const opened = next();
  await kernel.send("comm_open", { comm_id: "c", target_name: "echo", data: { hello: 1 } });
  assert.deepEqual((await opened).content, { comm_id: "c", data: { opened: { hello: 1 } } });
  const echoed = next();
  await kernel.send("comm_msg", { comm_id: "c", data: { n: 2 } }, [Buffer.from([1, 2, 3])]);
  const { content, buffers } = await echoed;
  assert.deepEqual(content, { comm_id: "c", data: { echo: { n: 2 } } });
  assert.deepEqual(
    buffers.map((bytes) => [...bytes]),
    [[3, 2, 1]],
  );
  const failed = kernel.printed("Uncaught RangeError: bad message");
  await kernel.send("comm_msg", { comm_id: "c", data: { fail: true } });
  await failed;
  const info = await kernel.request("comm_info_request", { target_name: "echo" });
  assert.deepEqual(info.comms, { c: { target_name: "echo" } });
  await kernel.send("comm_close", { comm_id: "c", data: { why: "done" } });
  await kernel.request("interrupt_request", {}, "control");
  await waiting;
  assert.equal(resultText(await kernel.execute("withdraw(); closed")), "{ why: 'done' }");
  const refused = next();
  await kernel.send("comm_open", { comm_id: "d", target_name: "echo", data: {} });
  assert.deepEqual((await refused).content, { comm_id: "d", data: {} }, "a name that nobody has is closed at once");
});

test("a cell opens a comm to the page, silently too, and ends it", async () => {
  const messages: unknown[] = [];
  const ended = kernel.until(({ header, content, parent }) => {
    if (header.msg_type.startsWith("comm_")) messages.push([header.msg_type, content.data, content.target_name]);
    return header.msg_type === "comm_close" && parent.msg_type === "execute_request";
  });
  await kernel.execute(
    `${port} const comm = notebook.openComm("panel", { a: 1 }); comm.send({ b: 2 }); comm.close();`,
    {
      silent: true,
    },
  );
  await ended;
  assert.deepEqual(messages, [
    ["comm_open", { a: 1 }, "panel"],
    ["comm_msg", { b: 2 }, undefined],
    ["comm_close", {}, undefined],
  ]);
  assert.match(String((await kernel.execute("comm.send({})")).reply.evalue), /the comm ".*" to "panel" is closed/);
});

for (const [where, code] of Object.entries({
  "before its first await": "console.log('round'); for (;;);",
  "after its first await": "await 0; console.log('round'); for (;;);",
  "in a function of an earlier cell": "await 0; console.log('round'); spin()",
  "that catches errors": "await 0; console.log('round'); for (;;) try { throw 1 } catch {}",
})) {
  test(`an interrupt request ends within a second an endless loop ${where}`, async () => {
    await kernel.execute("function spin() { let n = 0; do n++; while (n >= 0); }");
    const started = kernel.printed("round");
    const looping = kernel.execute(code);
    await started;
    const asked = performance.now();
    const reply = await kernel.request("interrupt_request", {}, "control");
    assert.equal(reply.status, "ok");
    assert.equal((await looping).reply.ename, "Interrupted");
    assert.ok(performance.now() - asked < 1000, `${performance.now() - asked} ms`);
    assert.equal(resultText(await kernel.execute("typeof spin")), "'function'");
  });
}

test("completion, inspection and is_complete answer, also while a cell awaits", async () => {
  await kernel.execute(
    `/** Doubles a number. */ function twice(n: number): number { return 2 * n; } const words = { alpha: 1, beta: 2 };`,
  );
  const started = kernel.printed("awaiting");
  const waiting = kernel.execute("await 0; console.log('awaiting'); await new Promise(() => {})");
  await started;
  const completed = await kernel.request("complete_request", { code: "words.al", cursor_pos: 8 });
  assert.deepEqual([completed.matches, completed.cursor_start, completed.cursor_end], [["alpha"], 6, 8]);
  const inspected = await kernel.request("inspect_request", { code: "twice(3)", cursor_pos: 2, detail_level: 0 });
  assert.equal(inspected.found, true);
  assert.match((inspected.data as Record<string, string>)["text/plain"]!, /function twice\(n: number\): number/);
  const state = async (code: string) => (await kernel.request("is_complete_request", { code })).status;
  assert.deepEqual([await state("1 + 1"), await state("if (1) {")], ["complete", "incomplete"]);
  kernel.interrupt();
  await waiting;
});

test("a message that is malformed or wrongly signed is not executed", async () => {
  const forged = kernel.wire.encode(kernel.wire.make("execute_request", { code: "globalThis.forged = 1" }, undefined));
  forged[1] = "0".repeat(64);
  await kernel.sendRaw(forged);
  await kernel.sendRaw(["nonsense"]);
  const signed = (parts: string[]) => kernel.sendRaw(["<IDS|MSG>", hmac(parts), ...parts]);
  await signed(["{", "{}", "{}", "{}"]);
  await signed(["null", "{}", "{}", "{}"]);
  await signed(["{}", "{}", "{}", "{}"]);
  await kernel.send("unheard_of", {});
  const lacking = await kernel.request("execute_request", { silent: false });
  assert.deepEqual([lacking.status, lacking.evalue], ["error", "execute_request: the content has no code"]);
  assert.equal(resultText(await kernel.execute(`"forged" in globalThis`)), "false");
  assert.match(
    kernel.log,
    /wrong signature[\s\S]*without its parts[\s\S]*no JSON[\s\S]*no object[\s\S]*no msg_type[\s\S]*unknown type "unheard_of"/,
  );
});

test("an error of a promise in the background is shown by the cell that started it, while another runs", async () => {
  const started = await kernel.execute(
    "let fail = () => {}; new Promise<void>((r) => (fail = r)).then(() => { throw new RangeError('behind') }); undefined",
  );
  assert.equal(started.reply.status, "ok");
  const shown = kernel.printed("Uncaught RangeError: behind");
  const other = await kernel.execute("fail(); await new Promise((r) => setTimeout(r, 50)); 1");
  const { parent } = await shown;
  assert.deepEqual(
    other.outputs.map(({ type }) => type),
    ["execute_result"],
  );
  assert.equal(kernel.outputsOf(parent.msg_id as string).length, 1);
});

test("a diagnostic's column is the user's, behind a shorthand property too", async () => {
  await kernel.execute("const width = 1;");
  const { reply } = await kernel.execute("const box = { width }; const n: string = 5;");
  assert.equal(reply.evalue, "1:30 - Type 'number' is not assignable to type 'string'.");
});

test("a shutdown request ends the process, also while a cell awaits", async () => {
  const started = kernel.printed("busy");
  void kernel.execute("await 0; console.log('busy'); await new Promise(() => {})");
  await started;
  const exit = once(kernel.process, "exit");
  const reply = await kernel.request("shutdown_request", { restart: true }, "control");
  assert.deepEqual(reply, { status: "ok", restart: true, msg_type: "shutdown_reply" });
  assert.deepEqual(await exit, [0, null]);
});
