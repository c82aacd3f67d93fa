// What compiled functions leave behind, which is nothing, and whether processes and threads disturb each other, which they do not.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { compile, conv2d, tf, useBackend } from "../../src/backend";
import { type NativeBackend, nativeBackend } from "../../src/backend/native";

let backend: NativeBackend;

before(async () => {
  await useBackend("native");
  backend = nativeBackend()!;
});

const megabytes = () => process.memoryUsage().rss / 1e6;

test("fifty graphs compiled, run and disposed leave no session, no tensor and no file, and resident memory is steady", () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const folder = mkdtempSync(join(tmpdir(), "compile-test-"));
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  const filters = Array.from({ length: 8 }, (_, k) =>
    tf.tidy(() => tf.variable(tf.randomNormal<tf.Rank.R4>([3, 3, 8, 8], 0, 0.1, "float32", k + 1))),
  );
  const x = tf.randomNormal<tf.Rank.R4>([2, 8, 8, 8], 0, 1, "float32", 9);
  const megabyte = Float32Array.from({ length: 250_000 }, (_, k) => k);

  const cycle = () => {
    const step = compile((x: tf.Tensor4D) => {
      const { value, grads } = tf.variableGrads(
        () => tf.mean(tf.square(filters.reduce((y, filter) => tf.relu(conv2d(y, filter, 1)), x))) as tf.Scalar,
        filters,
      );
      for (const filter of filters) filter.assign(tf.sub(filter, tf.mul(grads[filter.name], 0.01)));
      return tf.add(value, tf.mul(tf.sum(tf.tensor1d(megabyte)), value));
    });
    for (let call = 0; call < 3; call++) tf.dispose(step(x));
    step.dispose();
  };
  const counts = () => [tf.memory().numTensors, backend.getNumOfTFTensors(), backend.getNumOfSavedModels()];

  try {
    for (let n = 0; n < 15; n++) cycle(); // the allocator's pools fill
    collect();
    const earlier = counts();
    // Each graph holds a constant of a megabyte: fifty that stay take 150 MB or more, in every round. The allocator's wavering is in some only.
    const growths = Array.from({ length: 3 }, () => {
      const resident = megabytes();
      for (let n = 0; n < 50; n++) cycle();
      collect();
      return megabytes() - resident;
    });
    assert.deepEqual(counts(), earlier, "tensors, tensors of the binding, sessions");
    assert.ok(Math.min(...growths) < 50, `resident memory grew by ${growths.join(", ")} MB in three rounds`);
    assert.deepEqual(readdirSync(folder), [], "files are left over");
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    rmSync(folder, { recursive: true });
    tf.dispose([x, ...filters]);
  }
});

/** Counts up in a variable, and tells a hundred products of what it held. */
const COUNTING = (backend: string, start: string) => `
  const { compile, tf, useBackend } = require(${JSON.stringify(backend)});
  useBackend("native").then(() => {
    const count = tf.variable(tf.scalar(${start}));
    const step = compile((x) => {
      const y = tf.mul(count, x);
      count.assign(tf.add(count, 1));
      return y;
    });
    return Array.from({ length: 100 }, (_, k) => step(tf.scalar(k)).dataSync()[0]);
  }).then((products) => tell(products));`;

const room = require.resolve("../../src/backend");
const products = (start: number) => Array.from({ length: 100 }, (_, k) => (start + k) * k);

test("two processes at once do not disturb each other", async () => {
  const run = async (start: number) => {
    const code = `const tell = (products) => console.log(JSON.stringify(products));${COUNTING(room, String(start))}`;
    const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    child.stdout.on("data", (data) => {
      text += data;
    });
    await once(child, "close");
    return JSON.parse(text);
  };
  assert.deepEqual(await Promise.all([run(10), run(2000)]), [products(10), products(2000)]);
});

test("nor do two threads of a process and the main one", async () => {
  const run = async (start: number) => {
    const code = `const tell = (products) => require("node:worker_threads").parentPort.postMessage(products);`;
    const worker = new Worker(code + COUNTING(room, String(start)), { eval: true });
    const [told] = await once(worker, "message");
    await once(worker, "exit");
    return told;
  };
  const running = Promise.all([run(10), run(2000)]);
  const double = compile((x: tf.Tensor) => tf.mul(x, 2));
  let done = false;
  running.finally(() => {
    done = true;
  });
  while (!done) {
    tf.tidy(() => assert.equal(double(tf.scalar(21)).dataSync()[0], 42));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  double.dispose();
  assert.deepEqual(await running, [products(10), products(2000)]);
});
