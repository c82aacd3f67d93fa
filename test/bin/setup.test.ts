// The steps of set-up, with steps of our own in a temporary folder.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { packageRoot } from "../../src/root";

interface Step {
  name: string;
  title: string;
  doing: string;
  remedy: string;
  inputs: () => unknown;
  outputs: () => string[];
  run: (tool: (command: string, args: string[]) => Promise<void>) => unknown;
}
interface SetupLike {
  take(plan: { required: Step[]; optional?: Step[]; verbose?: boolean }): Promise<Error | null>;
}
const { Setup } = require(join(packageRoot, "bin/setup/steps.js")) as {
  Setup: new (options: { root: string; say: (line: string) => void }) => SetupLike;
};

let root: string;
let lines: string[];
let done: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "naslab-test-"));
  lines = [];
  done = [];
});
afterEach(() => rmSync(root, { recursive: true }));

const setup = () => new Setup({ root, say: (line) => lines.push(line) });

/** A step that writes one file and remembers that it ran. */
function step(name: string, inputs: unknown = 1, run?: Step["run"]): Step {
  const output = join(root, name);
  return {
    name,
    title: name,
    doing: "making it",
    remedy: "make it by hand",
    inputs: () => inputs,
    outputs: () => [output],
    run:
      run ??
      (() => {
        done.push(name);
        writeFileSync(output, "");
      }),
  };
}

test("a step is skipped while its inputs are the same and its outputs are there", async () => {
  await setup().take({ required: [step("a"), step("b")] });
  await setup().take({ required: [step("a"), step("b")] });
  assert.deepEqual(done, ["a", "b"]);
  assert.match(lines[0], /^a: making it/);
  assert.match(lines[1], /^a: done in \d/);
  await setup().take({ required: [step("a", 2), step("b")] });
  assert.deepEqual(done, ["a", "b", "a"]);
  rmSync(join(root, "b"));
  await setup().take({ required: [step("a", 2), step("b")] });
  assert.deepEqual(done, ["a", "b", "a", "b"]);
});

test("a tool that fails ends set-up with the cause and the remedy, and keeps what earlier steps did", async () => {
  const failing = step("b", 1, (tool) => tool(process.execPath, ["-e", "console.error('no room'); process.exit(3)"]));
  await assert.rejects(
    setup().take({ required: [step("a"), failing, step("c")] }),
    (error: Error & { remedy: string }) => {
      assert.match(error.message, /no room/);
      assert.match(error.remedy, /make it by hand/);
      return true;
    },
  );
  assert.deepEqual(done, ["a"]);
  assert.ok(existsSync(join(root, "a")));
  await setup().take({ required: [step("a"), step("b"), step("c")] });
  assert.deepEqual(done, ["a", "b", "c"]);
});

test("what is optional may fail, and the answer says why", async () => {
  const failing = step("native", 1, (tool) => tool("a-compiler-that-is-not-there", []));
  const problem = await setup().take({ required: [step("a")], optional: [failing] });
  assert.match(problem!.message, /a-compiler-that-is-not-there/);
  assert.deepEqual(done, ["a"]);
});
