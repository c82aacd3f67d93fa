// Bad words, files and variables of every command: exit code 2, one line that names value, place and remedy, nothing done.
import assert from "node:assert/strict";
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { packageRoot } from "../../src/root";
import { bench } from "./commands/bench";
import type { CommandCase } from "./commands/command-case";
import { describe } from "./commands/describe";
import { lists } from "./commands/lists";
import { own } from "./commands/own";
import { run } from "./commands/run";
import { runs } from "./commands/runs";
import { score } from "./commands/score";
import { search } from "./commands/search";
import { searchFiles } from "./commands/search-files";
import type { Answered, Asked } from "./in-turn";
import { assertSaid } from "./said";
import { stateOf } from "./state";

const [folder, notes] = ["naslab-bad-", "naslab-loaded-"].map((name) => mkdtempSync(join(tmpdir(), name)));
after(() => {
  for (const each of [folder, notes]) rmSync(each, { recursive: true });
});

const below = (name: string) => {
  mkdirSync(join(folder, name));
  return join(folder, name);
};

/** By entry; a new one is a file of ./commands and a line here. */
const entries: Readonly<Record<string, readonly CommandCase[]>> = {
  own: own(below("own")),
  search,
  "search, files": searchFiles(below("search")),
  describe: describe(below("describe")),
  lists,
  run: run(below("run")),
  runs: runs(below("runs")),
  score: score(below("score")),
  bench,
};

/** So that nothing of the user's is read or written; a download would go nowhere. */
const home = below("home");
const environment = {
  HOME: home,
  NASLAB_DATA: join(home, "data"),
  NASLAB_DATA_MIRROR: join(home, "mirror"),
  JUPYTER_DATA_DIR: join(home, "jupyter"),
};

const before = [folder, packageRoot].map(stateOf);
const seconds: number[] = [];

const titleOf = ({ words, env }: CommandCase) =>
  [...Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`), "naslab", ...words]
    .join(" ")
    .replaceAll(folder, "…");

const cases = Object.entries(entries).flatMap(([entry, list]) => list.map((each) => ({ entry, ...each })));

test("the corpus has 100 commands, 30 of them as processes, each another", () => {
  assert.ok(cases.length >= 100, `${cases.length} commands`);
  assert.ok(cases.filter(({ real }) => real).length >= 30);
  assert.equal(new Set(cases.map(titleOf)).size, cases.length);
});

suite("as processes", { concurrency: 2 }, () => {
  const hook = join(__dirname, "loaded.js");
  for (const [k, each] of cases.filter(({ real }) => real).entries()) {
    test(titleOf(each), async () => {
      const told = join(notes, `${k}.json`);
      const start = performance.now();
      const child = spawn(process.execPath, ["--require", hook, join(packageRoot, "bin/naslab.js"), ...each.words], {
        cwd: packageRoot,
        env: { ...process.env, ...environment, ...each.env, NASLAB_TEST_LOADED: told },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true, // in a group of its own, in which none may be left
      });
      const said = { stdout: "", stderr: "" };
      for (const name of ["stdout", "stderr"] as const) {
        child[name].on("data", (data) => {
          said[name] += data;
        });
      }
      const code = await new Promise((resolve) => child.on("close", resolve));
      seconds.push((performance.now() - start) / 1000);
      assertRefused(each, code, said);
      assert.throws(() => process.kill(-child.pid!, 0), { code: "ESRCH" }, "a process is left");
      assert.deepEqual(JSON.parse(readFileSync(told, "utf8")), [], "TensorFlow was loaded");
      assert.ok(seconds.at(-1)! < 10, `it took ${seconds.at(-1)} s`);
    });
  }
});

suite("through the commands' main function", () => {
  const commands = fork(join(__dirname, "in-turn.js"), {
    cwd: packageRoot,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  after(() => commands.kill());
  for (const each of cases.filter(({ real }) => !real)) {
    test(titleOf(each), { timeout: 10_000 }, async () => {
      commands.send({ words: each.words, env: { ...environment, ...each.env } } satisfies Asked);
      const [{ code, loaded, ...said }]: Answered[] = await once(commands, "message");
      assertRefused(each, code, said);
      assert.deepEqual(loaded, [], "TensorFlow was loaded");
    });
  }
});

test("no file was changed", (context) => {
  assert.deepEqual([folder, packageRoot].map(stateOf), before);
  const sorted = [...seconds].sort((a, b) => a - b);
  context.diagnostic(
    `${cases.length} commands; as a process ${sorted[sorted.length >> 1].toFixed(2)} s in the middle, ${sorted.at(-1)!.toFixed(2)} s at most`,
  );
});

function assertRefused(
  { said }: CommandCase,
  code: unknown,
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
): void {
  assert.equal(code, 2, stderr);
  assert.equal(stdout, "");
  assert.equal(stderr.trim().split("\n").length, 1, stderr);
  assert.match(stderr, /^naslab: /);
  assertSaid(stderr, said);
}
