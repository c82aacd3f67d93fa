import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/root";

/** Runs `body` in a process of its own, where `useBackend` is defined; `result(value)` prints. */
function run(body: string, environment: Record<string, string> = {}): { result: unknown; stderr: string } {
  const program = `
    const { useBackend, tf } = require(${JSON.stringify(join(packageRoot, "dist/src/backend"))});
    const result = (value) => console.log(JSON.stringify(value));
    const missing = (name) => { // as on a machine where the package is not installed
      const Module = require("node:module"), resolve = Module._resolveFilename;
      Module._resolveFilename = function (request, ...rest) {
        if (request.startsWith(name)) throw new Error("Cannot find module " + request);
        return resolve.call(this, request, ...rest);
      };
    };
    (async () => { ${body} })().catch((error) => result({ name: error.name, message: error.message }));`;
  const { NASLAB_BACKEND, ...inherited } = process.env;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", program], {
    env: { ...inherited, ...environment },
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return { result: JSON.parse(stdout), stderr };
}

/** What this package or TensorFlow.js says on stderr; TensorFlow's own two lines on oneDNN come before any setting can hush them. */
const chatter = (stderr: string) =>
  stderr.split("\n").filter((line) => line && !/absl::InitializeLog|oneDNN custom operations are on/.test(line));

test("native comes first, sets oneDNN on, and says nothing", () => {
  const { result, stderr } = run(`
    const names = await Promise.all([useBackend(), useBackend(), useBackend("native")]);
    tf.scalar(1).square().dataSync();
    result([...names, process.env.TF_ENABLE_ONEDNN_OPTS, process.env.TF_FORCE_GPU_ALLOW_GROWTH, tf.getBackend()]);`);
  assert.deepEqual(result, ["native", "native", "native", "1", "true", "tensorflow"]);
  assert.deepEqual(chatter(stderr), []);
});

test("the user's settings of TensorFlow stay", () => {
  const { result } = run(
    `await useBackend(); result([process.env.TF_ENABLE_ONEDNN_OPTS, process.env.TF_FORCE_GPU_ALLOW_GROWTH]);`,
    { TF_ENABLE_ONEDNN_OPTS: "0", TF_FORCE_GPU_ALLOW_GROWTH: "false" },
  );
  assert.deepEqual(result, ["0", "false"]);
});

test("wasm takes over, without a word, where native is not there", () => {
  const { result, stderr } = run(`
    missing("@tensorflow/tfjs-node-gpu");
    const name = await useBackend();
    result([name, tf.scalar(3).square().dataSync()[0]]);`);
  assert.deepEqual(result, ["wasm", 9]);
  assert.deepEqual(chatter(stderr), []);
});

test("plain JavaScript is the last, with one warning", () => {
  const { result, stderr } = run(`
    missing("@tensorflow/tfjs-");
    const name = await useBackend();
    await useBackend();
    result([name, tf.scalar(3).square().dataSync()[0]]);`);
  assert.deepEqual(result, ["cpu", 9]);
  assert.equal(chatter(stderr).length, 1);
  assert.match(stderr, /plain JavaScript, which is slow; run `npm start -- setup`/);
});

test("NASLAB_BACKEND chooses; a name given in code chooses over it, and may change", () => {
  const { result } = run(
    `result([await useBackend(), await useBackend("cpu"), await useBackend(), await useBackend("wasm")]);`,
    {
      NASLAB_BACKEND: "wasm",
    },
  );
  assert.deepEqual(result, ["wasm", "cpu", "cpu", "wasm"]);
});

test("an unknown name is an error that names the allowed ones", () => {
  assert.deepEqual(run(`result(await useBackend());`, { NASLAB_BACKEND: "gpu" }).result, {
    name: "UserError",
    message: 'NASLAB_BACKEND: unknown backend "gpu"; use one of native, wasm, cpu',
  });
  assert.deepEqual(run(`result(await useBackend("webgl"));`).result, {
    name: "UserError",
    message: 'useBackend: unknown backend "webgl"; use one of native, wasm, cpu',
  });
});

test("a named backend that does not load is an error with cause and remedy, and another may follow", () => {
  const { result } = run(
    `missing("@tensorflow/tfjs-node-gpu");
     const error = await useBackend().catch((error) => error);
     result([error.name, error.message, await useBackend("wasm")]);`,
    { NASLAB_BACKEND: "native" },
  );
  assert.deepEqual(result, [
    "UserError",
    'useBackend: the backend "native" does not load: the package @tensorflow/tfjs-node-gpu is not installed; run `npm start -- setup` to set it up',
    "wasm",
  ]);
});

test("a binding that is there but broken is worth a warning", () => {
  const { result, stderr } = run(`
    process.dlopen = () => { throw new Error("libtensorflow.so.2: cannot open shared object file"); };
    result(await useBackend());`);
  assert.equal(result, "wasm");
  assert.match(
    stderr,
    /the backend "native" does not load: libtensorflow\.so\.2: cannot open .*\. Using wasm; run `npm start -- setup`/,
  );
});
