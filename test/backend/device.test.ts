// The names of devices, from what NVIDIA's driver tells on Linux.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { device, useBackend } from "../../src/backend";
import { gpuModels, unusedGpu } from "../../src/backend/device";

const system = mkdtempSync(join(tmpdir(), "naslab-test-"));
after(() => rmSync(system, { recursive: true }));

/** A file as the driver has it for each GPU. */
function addGpu(address: string, model: string): void {
  const folder = join(system, "proc", "driver", "nvidia", "gpus", address);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "information"), `Model: \t\t ${model}\nIRQ:   \t\t 42\nGPU UUID: \t GPU-0\n`);
}

test("the device of native, of wasm", async () => {
  const cores = availableParallelism();
  await useBackend("native");
  assert.equal(device(), cores === 1 ? "CPU, 1 core" : `CPU, ${cores} cores`);
  await useBackend("wasm");
  assert.equal(device(), "CPU, 1 core");
});

test("GPUs are named by model, each once, and one that TensorFlow leaves unused is worth a word", () => {
  assert.deepEqual(gpuModels(system), []);
  assert.equal(unusedGpu(false, system, undefined), null);
  addGpu("0000:01:00.0", "NVIDIA A100-SXM4-40GB");
  addGpu("0000:02:00.0", "NVIDIA A100-SXM4-40GB");
  assert.deepEqual(gpuModels(system), ["NVIDIA A100-SXM4-40GB"]);
  assert.match(
    unusedGpu(false, system, undefined)!,
    /does not compute on the NVIDIA A100-SXM4-40GB.*TF_CPP_MIN_LOG_LEVEL=0/,
  );
  assert.match(unusedGpu(false, system, "0")!, /A100/);
  assert.equal(unusedGpu(true, system, undefined), null);
  for (const hidden of ["", "-1"]) assert.equal(unusedGpu(false, system, hidden), null);
  addGpu("0000:03:00.0", "Tesla T4");
  assert.deepEqual(gpuModels(system), ["NVIDIA A100-SXM4-40GB", "Tesla T4"]);
});
