// The steps of set-up, with steps of our own in a temporary folder; its lock; and what it would make where there is an NVIDIA GPU.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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
const { holdLock } = require(join(packageRoot, "bin/setup/lock.js")) as {
  holdLock: (root: string, say: (line: string) => void) => Promise<() => void>;
};
const { hasNvidiaGpu } = require(join(packageRoot, "bin/setup/gpu.js")) as {
  hasNvidiaGpu: (machine: { system: string; platform?: string; arch?: string }) => boolean;
};
const { tensorflow } = require(join(packageRoot, "bin/setup/tensorflow.js")) as {
  tensorflow: (root: string, gpu: boolean) => Step;
};
const { compilerArguments } = require(join(packageRoot, "bin/setup/binding.js")) as {
  compilerArguments: (root: string, output: string) => string[];
};
const { dependencies } = require(join(packageRoot, "bin/setup/dependencies.js")) as {
  dependencies: (root: string) => Step;
};
const { python } = require(join(packageRoot, "bin/setup/python.js")) as { python: (root: string) => Step };
const { nodeIsOlderThan } = require(join(packageRoot, "bin/node-version.js")) as {
  nodeIsOlderThan: (version: string, node: string) => boolean;
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

/** Writes an empty file of the temporary folder, with the folders above it. */
function touch(...path: string[]): void {
  const file = join(root, ...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
}

test("the tool of a set-up that was killed keeps the lock until it ends", async () => {
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  const tool = spawn(process.execPath, ["-e", "setTimeout(() => {}, 600)"]);
  const ended = once(tool, "exit").then(() => done.push("tool"));
  mkdirSync(join(root, ".naslab"));
  writeFileSync(join(root, ".naslab", "lock"), `${dead} ${tool.pid}`);
  const release = await holdLock(root, (line) => lines.push(line));
  done.push("lock");
  await ended;
  assert.deepEqual(done, ["tool", "lock"]);
  assert.equal(lines.length, 1);
  assert.match(lines[0], new RegExp(`waiting for another set-up.*${tool.pid}`));
  assert.equal(readFileSync(join(root, ".naslab", "lock"), "utf8"), String(process.pid));
  release();
  assert.ok(!existsSync(join(root, ".naslab", "lock")));
});

test("while a tool runs, the lock names it", async () => {
  let held = "";
  const peek = step("a", 1, async (tool) => {
    await tool(process.execPath, ["-e", "require('node:fs').copyFileSync('.naslab/lock', 'a')"]);
    held = readFileSync(join(root, "a"), "utf8");
  });
  await setup().take({ required: [peek] });
  assert.match(held, new RegExp(`^${process.pid} [1-9]\\d*$`));
});

test("nothing is installed through a link", async () => {
  touch("elsewhere", "kept");
  for (const name of ["node_modules", ".venv"]) symlinkSync("elsewhere", join(root, name));
  const tool = async (command: string) => void done.push(command);
  for (const install of [dependencies(root), python(root)])
    await assert.rejects(
      async () => install.run(tool),
      (error: Error & { remedy: string }) => {
        assert.match(error.message, /is a link, and installing through it would empty/);
        assert.match(error.remedy, /delete the link/);
        return true;
      },
    );
  assert.deepEqual(done, []);
});

test("a GPU is what has NVIDIA's driver on Linux or WSL, x86-64", () => {
  const machine = { system: root, platform: "linux", arch: "x64" };
  assert.equal(hasNvidiaGpu(machine), false);
  touch("proc", "driver", "nvidia", "version");
  assert.equal(hasNvidiaGpu(machine), true);
  assert.equal(hasNvidiaGpu({ ...machine, arch: "arm64" }), false);
  assert.equal(hasNvidiaGpu({ ...machine, platform: "darwin" }), false);
  rmSync(join(root, "proc"), { recursive: true });
  touch("usr", "lib", "wsl", "lib", "libcuda.so.1");
  assert.equal(hasNvidiaGpu(machine), true);
});

test("with a GPU, TensorFlow comes with CUDA, and what was there before goes", async () => {
  const site = [".venv", "lib", "python3.12", "site-packages"];
  touch(...site, "tensorflow", "old");
  touch(...site, "tensorflow_cpu-2.21.0.dist-info", "RECORD");
  touch(...site, "nvidia", "half");
  touch(...site, "pip", "kept");
  const commands: string[] = [];
  for (const gpu of [true, false])
    await tensorflow(root, gpu).run(async (_, args) => void commands.push(args.slice(-3).join(" ")));
  assert.deepEqual(commands, [
    `--no-deps -r ${join(root, "requirements-tensorflow-cuda.txt")}`,
    `--no-deps -r ${join(root, "requirements-tensorflow.txt")}`,
  ]);
  for (const name of ["tensorflow", "tensorflow_cpu-2.21.0.dist-info", "nvidia"])
    assert.ok(!existsSync(join(root, ...site, name)), name);
  assert.ok(existsSync(join(root, ...site, "pip", "kept")));
});

test("every CUDA library that TensorFlow opens is pinned, and TensorFlow is the same with and without", () => {
  const pins = (file: string) =>
    readFileSync(join(packageRoot, file), "utf8")
      .split("\n")
      .filter((line) => line && !line.startsWith("#"));
  const cuda = pins("requirements-tensorflow-cuda.txt");
  for (const line of cuda) assert.match(line, /^[a-z0-9-]+==[0-9.]+$/);
  const names = cuda.map((line) => line.split("==")[0]);
  // cuda-nvcc has the assembler; nvrtc and nvjitlink are opened by cuDNN, cuSPARSE and cuSOLVER.
  const parts = "cublas cuda-cupti cuda-nvcc cuda-nvrtc cuda-runtime cudnn cufft cusolver cusparse nccl nvjitlink";
  for (const part of parts.split(" ")) assert.ok(names.includes(`nvidia-${part}-cu12`), part);
  const [tensorflowPin] = cuda;
  assert.ok(pins("requirements-tensorflow.txt").some((line) => line.startsWith(`${tensorflowPin} ;`)));
});

test("the binding loads cuSOLVER where TensorFlow has CUDA, and finds its libraries in a folder of any name", () => {
  root = join(root, "Süße Laube, 2");
  const site = [".venv", "lib", "python3.12", "site-packages"];
  touch("node_modules", "@tensorflow", "tfjs-node-gpu", "binding", "a.cc");
  touch(...site, "tensorflow", "include", "a.h");
  const tensorflowLibrary = join(root, ...site, "tensorflow");
  const after = (args: string[], folder: string) => args.slice(args.indexOf(folder) - 3, args.indexOf(folder));
  const plain = compilerArguments(root, "out");
  assert.deepEqual(after(plain, tensorflowLibrary), ["-Xlinker", "-rpath", "-Xlinker"]);
  touch(...site, "nvidia", "cusolver", "lib", "libcusolver.so.11");
  const cuda = compilerArguments(root, "out");
  assert.deepEqual(cuda.slice(0, plain.length), plain);
  const folder = join(root, ...site, "nvidia", "cusolver", "lib");
  const load = [`-L${folder}`, "-Wl,--no-as-needed", "-l:libcusolver.so.11", "-Xlinker", "-rpath", "-Xlinker", folder];
  assert.deepEqual(cuda.slice(plain.length), load);
  root = dirname(root);
});

test("versions of Node are compared by their numbers", () => {
  const older = ["18.20.0", "20.2.9", "20.3.0", "20.19.1", "22.0.0"].map((node) => nodeIsOlderThan("20.3", node));
  assert.deepEqual(older, [true, true, false, false, false]);
});
