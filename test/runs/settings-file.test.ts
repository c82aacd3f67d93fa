// What may be opened, and what may be changed of it.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, mock, test } from "node:test";
import { useBackend } from "../../src/backend";
import { datasets } from "../../src/datasets";
import { UserError } from "../../src/errors";
import { defineMethod, methods } from "../../src/methods";
import { openRun, parseSettings, Run, runsIn } from "../../src/runs";
import { Checkpoints } from "../../src/runs/checkpoints";
import { spaces } from "../../src/spaces";
import { data, small, smallRun, smallSpace } from "./small-search";

const root = mkdtempSync(join(tmpdir(), "naslab-test-"));
const folder = join(root, "first");
const path = join(folder, "settings.json");
let written: string;
before(async () => {
  await useBackend("wasm");
  const run = smallRun({ folder, seed: 3 });
  assert.equal(JSON.parse(readFileSync(path, "utf8")).machine, null); // the first file, before anything runs
  await run.stage({ epochs: 1 });
  run.dispose();
  written = readFileSync(path, "utf8");
});
after(() => rmSync(root, { recursive: true }));

/** One error for the user, in one line. */
function refuses(action: () => unknown, message: RegExp): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, message);
    assert.ok(!error.message.includes("\n"));
    return true;
  });
}

test("settings.json says what the run is of, and where it was made", () => {
  const { schema, kind, method, space, data: images, settings, made, machine } = JSON.parse(written);
  assert.deepEqual([schema, kind, method.name, space.name], [1, "search", "drnas-without-progressive", "nasbench201"]);
  assert.equal(images.sha256, data.sha256);
  assert.deepEqual([settings.seed, settings.channels, settings.weights.momentum], [3, 4, 0.9]);
  assert.match(made.time, /^\d{4}-/);
  assert.deepEqual(machine, { backend: "wasm", device: "CPU, 1 core", threads: 1, tensorflow: null });
});

test("a folder that holds a run, or anything else, is taken by no other, and the refusal names resume", () => {
  refuses(() => smallRun({ folder }), /first: this folder holds a run; to go on with it: resume .*openRun\(/);
  const other = join(root, "other");
  mkdirSync(other);
  writeFileSync(join(other, "thesis.tex"), "");
  refuses(() => smallRun({ folder: other }), /other: this folder holds other files/);
  refuses(() => smallRun({ folder: path }), /settings\.json: it is a file; name a folder/);
  refuses(() => smallRun({ folder: join(path, "under") }), /this folder cannot be made, as .*settings\.json is a file/);
  refuses(() => openRun(other), /there is no settings\.json in it, so there is no run to resume/);
  refuses(() => openRun(join(root, "nowhere")), /there is no settings\.json in it/);
});

test("a schema of another time is refused with the reason, and so is what is damaged", () => {
  const changed = (change: (json: Record<string, unknown>) => void) => {
    const json = JSON.parse(written);
    change(json);
    return JSON.stringify(json);
  };
  const cases: [string, RegExp][] = [
    [changed((json) => (json.schema = 2)), /schema 2, and this NASLab reads up to 1; update NASLab/],
    [changed((json) => (json.schema = 0)), /schema 0, which this NASLab can no longer read/],
    [changed((json) => (json.schema = "1")), /schema is no whole number; the file is damaged/],
    [changed((json) => delete json.space), /settings: space: /],
    [changed((json) => (json.extra = 1)), /Unrecognized key/],
    [written.slice(0, 100), /it is no JSON/],
    ["[]", /it is no object/],
  ];
  for (const [text, message] of cases) refuses(() => parseSettings(text, "settings"), message);
});

test("what the search depends on can be changed neither by an option nor by hand; the number of checkpoints can", () => {
  refuses(() => openRun(folder, { data, epochs: 9 } as object), /"epochs" would change the search/);
  writeFileSync(path, written.replace('"momentum": 0.9', '"momentum": 0.8').replace('"seed": 3', '"seed": 4'));
  refuses(
    () => openRun(folder, { data }),
    /settings\.json was changed .*: seed is 4, and was 3; weights\.momentum is 0\.8, and was 0\.9; put it back/,
  );
  writeFileSync(path, written);
  refuses(() => openRun(folder, { data, checkpoints: { keep: 0 } }), /checkpoints\.keep: 0 does not fit/);
  refuses(() => openRun(folder, { data, checkpoints: { often: 1 } as object }), /unknown name "often"/);
  assert.equal(openRun(folder, { data, checkpoints: { keep: 5 } }).steps.length, small.stepsPerEpoch);
});

test("a checkpoint that was made by something else is refused", () => {
  const forged = join(root, "forged");
  smallRun({ folder: forged });
  const { settings, space, data: images } = JSON.parse(readFileSync(join(forged, "settings.json"), "utf8"));
  const content = { step: 1, score: null, settings: { ...settings, space: space.sha256, data: images.sha256 } };
  new Checkpoints(forged).write({ ...content, state: { history: 3 } }, 2);
  refuses(() => openRun(forged, { data }), /the checkpoint step-000001\.json is none of this run/);
  rmSync(forged, { recursive: true });
});

test("other images are refused, and images in memory must be given again", async () => {
  refuses(
    () => openRun(folder, { data: data.take({ train: 40 }) }),
    /the data given have SHA-256 .*give the same images/,
  );
  const run = openRun(folder); // shows itself without images
  assert.equal(run.history.length, 1);
  assert.equal(String(run.data), String(data));
  await assert.rejects(run.stage(), /noise was made in memory .* openRun\(folder, \{ data \}\)/);
});

test("another number of threads is told where the run goes on", async () => {
  writeFileSync(path, written.replace('"threads": 1', '"threads": 7'));
  const warned = mock.method(console, "warn", () => {});
  const [run, other] = [openRun(folder, { data }), openRun(folder, { data })];
  await run.stage();
  run.dispose();
  await assert.rejects(other.stage({ epochs: 1 }), /first: this run has gone on elsewhere .*open it again: openRun\(/);
  const [[text]] = warned.mock.calls.map((call) => call.arguments as unknown as [string]);
  warned.mock.restore();
  assert.match(text, /it goes on with threads 1 in place of 7: not bit for bit/);
});

test("images that a loader gives are loaded again where the run goes on", async () => {
  const path = join(root, "images");
  const images = (await datasets.fashionMnist()).take({ train: 64, test: 0 }).augmented({ cutout: 4 });
  const settings = { ...small, epochs: 1, stepsPerEpoch: 1 };
  new Run(methods.drnas, spaces.nasBench201(), images, { ...settings, folder: path });
  const run = openRun(path);
  assert.equal(String(run.data), String(images));
  await run.stage();
  assert.equal(run.history.length, 1);
  run.dispose();
});

test("a method of one's own comes from its settings; a space and parts of one's own must be there", () => {
  const own = defineMethod({ name: "mine", title: "Mine", paper: "none", year: 2026, settings: methods.snas.settings });
  const plain = join(root, "own-method");
  new Run(own, spaces.nasBench201(), data, { ...small, folder: plain });
  assert.equal(openRun(plain, { data }).method.title, "Mine");
  assert.equal(openRun(plain, { data }).settings.architecture.distribution.kind, "concrete");
  const mine = join(root, "own-space");
  smallRun({ folder: mine }, "drnas", smallSpace);
  refuses(() => openRun(mine, { data }), /the space "small" is not NASLab's; make it as it was and give it/);
  assert.equal(openRun(mine, { data, space: smallSpace }).space, smallSpace);
});

test("runs are listed with what their folders tell", () => {
  mkdirSync(join(root, "broken"));
  writeFileSync(join(root, "broken", "settings.json"), "{");
  const list = runsIn(root);
  assert.deepEqual(
    list.map(({ run, status, epochs }) => [run, status.replace(/: .*/, ""), epochs?.done]),
    [
      ["broken", "unreadable", undefined],
      ["first", "finished", 2],
      ["images", "finished", 1],
      ["own-method", "new", 0],
      ["own-space", "new", 0],
    ],
  );
  refuses(() => runsIn(join(root, "nowhere")), /there is no such folder/);
});
