// A disk that is full or can't be written, a folder that is gone: the search goes on in memory, says so, and tries again.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, mock, suite, test } from "node:test";
import { useBackend } from "../../src/backend";
import { type Keeping, openRun, type Run, readEvents, readResult } from "../../src/runs";
import { data, essence, smallRun, staged } from "./small-search";

const root = fs.mkdtempSync(join(tmpdir(), "naslab-test-"));
after(() => fs.rmSync(root, { recursive: true }));

/** What a file system says. */
const refusal = (code: string) => Object.assign(new Error(`${code}: refused`), { code, syscall: "write" });

suite("a run whose folder can't be written", () => {
  let whole: unknown;
  let folder: string;
  let warned: string[];
  let count = 0;

  before(async () => {
    await useBackend("wasm");
    const run = smallRun();
    await run.stage();
    whole = essence(run);
    run.dispose();
  });
  beforeEach(() => {
    folder = join(root, String(++count));
    warned = [];
    mock.method(console, "warn", (text: string) => void warned.push(text));
  });
  afterEach(() => mock.restoreAll());

  /** Refuses to write from step `from` on, until step `to`. */
  function refuse(run: Run, code: string, from: number, to: number): void {
    const real = { openSync: fs.openSync, writeSync: fs.writeSync, mkdirSync: fs.mkdirSync };
    let refusing = false;
    mock.method(fs, "writeSync", (file: number, bytes: Buffer, at: number, length: number) => {
      if (!refusing || code !== "ENOSPC") return real.writeSync(file, bytes, at, length);
      if (length < 10 || at > 0) throw refusal(code);
      return real.writeSync(file, bytes, at, 7); // a full disk takes some of it
    });
    mock.method(fs, "openSync", (path: string, flag: string) => {
      if (refusing && code === "EROFS" && flag !== "r") throw refusal(code);
      return real.openSync(path, flag);
    });
    run.on("step", ({ step }) => {
      if (step === from) refusing = true;
      if (step === to) refusing = false;
    });
  }

  const start = (keeping: Keeping = {}) => smallRun({ folder, checkpoints: { steps: 1 }, ...keeping });

  for (const code of ["ENOSPC", "EROFS"]) {
    test(`${code} in the middle: what was there stays, and all is there again once it can be written`, async () => {
      const run = start();
      refuse(run, code, 2, 5);
      const told: (string | null)[] = [];
      run.on("notice", (notice) => told.push(notice));
      run.on("step", ({ step }) => {
        if (step !== 4) return;
        assert.match(run.notice!, new RegExp(`not saved: ${code}: refused; the search goes on in memory`));
        assert.ok(openRun(folder, { data }).steps.length >= 1, "the last checkpoint is whole");
        assert.deepEqual(readEvents(folder).filter(({ event }) => event === "step").length >= 1, true);
      });
      await run.stage();
      assert.deepEqual(essence(run), whole);
      run.dispose();
      assert.deepEqual([told.length, told[1], run.notice], [2, null, null]);
      assert.match(warned[0], /NASLab: not saved/);
      assert.match(warned.at(-1)!, /saved again/);
      assert.deepEqual(essence(openRun(folder, { data })), whole);
      assert.deepEqual(
        readEvents(folder).flatMap(({ event, step }) => (event === "step" ? [step] : [])),
        [1, 2, 3, 4, 5, 6],
      );
      assert.ok(readResult(folder));
    });
  }

  test("a folder that never could be written ends the search as well, in memory", async () => {
    const run = start();
    const { openSync } = fs;
    mock.method(fs, "openSync", (path: string, flag: string) => {
      if (flag !== "r") throw refusal("EROFS");
      return openSync(path, flag);
    });
    await run.stage();
    assert.deepEqual(essence(run), whole);
    assert.match(run.notice!, /not saved: EROFS/);
    await assert.rejects(run.checkpoint(), /run\.checkpoint: not saved: EROFS/);
    run.dispose();
    assert.equal(warned.length, 1);
  });

  test("a folder that vanishes is made again, with all that still is known", async () => {
    const run = start();
    run.on("step", ({ step }) => step === 3 && fs.rmSync(folder, { recursive: true }));
    await run.stage();
    assert.deepEqual(essence(run), whole);
    run.dispose();
    assert.match(warned[0], /the folder was gone and has been made again/);
    assert.equal(run.notice, null);
    assert.deepEqual(essence(openRun(folder, { data })), whole);
  });
});

suite("a search in a process with a limit", () => {
  const child = [process.execPath, join(__dirname, "kill-child.js")];
  const finish = (folder: string) => {
    const { status, stderr } = spawnSync(child[0], [child[1], folder], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return essence(openRun(folder, { data }));
  };
  let whole: unknown;
  before(async () => {
    await useBackend("wasm");
    const run = smallRun(staged);
    while (!run.finished) await run.stage();
    whole = essence(run);
    run.dispose();
  });

  test("of the size of files goes on, says so, and is resumed without it", () => {
    const folder = join(root, "limited");
    const { status, stderr } = spawnSync("bash", ["-c", 'ulimit -f 20; exec "$@"', "bash", ...child, folder], {
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /NASLab: not saved: EFBIG/);
    assert.deepEqual(finish(folder), whole);
  });

  const mounted = (work: string) => ["-rm", "bash", "-c", `mount -t tmpfs -o size=96k none "$0" && ${work}`];
  const mountable = () => {
    const place = join(root, "tried");
    fs.mkdirSync(place, { recursive: true });
    return spawnSync("unshare", [...mounted("true"), place]).status === 0;
  };

  test("of a small tmpfs too", { skip: mountable() ? false : "nothing can be mounted here" }, () => {
    const place = join(root, "small");
    const copy = join(root, "copy");
    fs.mkdirSync(place);
    const work = mounted(`"$1" "$2" "$0/run"; code=$?; cp -r "$0/run" "$3"; exit $code`);
    const { status, stderr } = spawnSync("unshare", [...work, place, ...child, copy], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /NASLab: not saved: ENOSPC/);
    assert.deepEqual(finish(copy), whole);
  });
});
