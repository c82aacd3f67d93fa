import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { useBackend } from "../../src/backend";
import { crc32c } from "../../src/backend/crc32c";
import { packageRoot } from "../../src/root";
import { openRun } from "../../src/runs";
import { decodeSafetensors } from "../../src/supernet";
import { data, smallRun } from "./small-search";

const folder = mkdtempSync(join(tmpdir(), "naslab-test-"));
after(() => rmSync(folder, { recursive: true }));

test("CRC-32C of RFC 3720's examples", () => {
  assert.equal(crc32c(Buffer.from("123456789")), 0xe3069283);
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
  assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
});

test("TensorBoard's own reader finds each step once after a crash, and safetensors' the weights by PyTorch's names", async () => {
  await useBackend("wasm");
  const [whole, path] = ["whole", "crashed"].map((name) => join(folder, name));
  const first = smallRun({ folder: whole, epochs: 3, checkpoints: { steps: 4 } });
  first.on("step", ({ step }) => step === 6 && cpSync(whole, path, { recursive: true })); // as a crash leaves it
  await first.stage();
  first.dispose();
  rmSync(join(path, "lease.json"));
  const run = openRun(path, { data });
  assert.equal(run.steps.length, 4);
  await run.stage();
  run.dispose();

  const checkpoints = join(path, "checkpoints");
  const newest = readdirSync(checkpoints).filter((name) => /^step-000009-.*\.safetensors$/.test(name));
  const python = join(packageRoot, ".venv", "bin", "python3");
  const script = join(packageRoot, "test", "runs", "readers.py");
  const found = JSON.parse(
    execFileSync(python, [script, path, join(checkpoints, newest[0])], { encoding: "utf8", stdio: "pipe" }),
  );
  assert.deepEqual(
    found.scalars["step/training loss"],
    run.steps.map(({ step, trainLoss }) => [step, Math.fround(trainLoss)]),
  );
  const { history } = run;
  const [edge] = run.space.edges;
  run.space.operations.forEach((operation, o) => {
    assert.deepEqual(
      found.scalars[`distribution/${edge.name}/${operation}`],
      Array.from(history, ({ mean }, k) => [3 * (k + 1), Math.fround(mean[0][o])]),
    );
  });
  for (const [step, num, sum, counted] of found.histograms[`distribution/${edge.name}`]) {
    assert.ok([3, 6, 9].includes(step));
    assert.deepEqual([num, counted, Math.round(1e6 * sum)], [5, 5, 1e6]);
  }
  const own = decodeSafetensors(readFileSync(join(checkpoints, newest[0])), "newest");
  assert.deepEqual(Object.keys(found.arrays).sort(), [...own.keys()].sort());
  const types = { Float32Array: "float32", Float64Array: "float64", BigInt64Array: "int64" } as Record<string, string>;
  for (const [name, [type, shape]] of Object.entries(found.arrays as Record<string, [string, number[]]>)) {
    const { data, shape: expected } = own.get(name)!;
    assert.deepEqual([type, shape], [types[data.constructor.name], expected], name);
  }
  assert.deepEqual(found.arrays["session.weights.stem.0.weight"].slice(0, 2), ["float32", [4, 3, 3, 3]]);
});
