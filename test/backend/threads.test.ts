import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { platform } from "node:os";
import { test } from "node:test";
import { tf, threads, useBackend, wantThreads } from "../../src/backend";

test("TensorFlow takes as many threads as are wanted before it is loaded", async () => {
  await useBackend("wasm");
  assert.equal(threads(), 1);
  wantThreads(11);
  await useBackend("native");
  assert.equal(threads(), 11);
  wantThreads(3); // it is loaded
  assert.equal(threads(), 11);
  tf.tidy(() => tf.matMul(tf.ones([300, 300]), tf.ones([300, 300])).dataSync());
  if (platform() === "linux") assert.ok(readdirSync("/proc/self/task").length >= 11 + 8); // and those of Node
});
