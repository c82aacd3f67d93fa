// Jupyter's own tests of kernels (jupyter_kernel_test), against the installed kernel.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/root";

test("the kernel passes Jupyter's tests of kernels, all but that of a pager, which it has not", () => {
  const python = join(packageRoot, ".venv/bin/python");
  const script = join(packageRoot, "test/kernel/conformance.py");
  const { status, stderr } = spawnSync(python, [script, packageRoot], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^Ran 13 tests/m);
  assert.deepEqual(
    stderr.match(/^test_\w+ .* \.\.\. skipped/gm)?.map((line) => line.split(" ")[0]),
    ["test_pager"],
  );
});
