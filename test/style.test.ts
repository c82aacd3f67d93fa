import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../src/root";

test("the code is formatted and has no lint", () => {
  const biome = join(packageRoot, "node_modules/@biomejs/biome/bin/biome");
  const { status, stdout, stderr } = spawnSync(process.execPath, [biome, "check", "."], {
    cwd: packageRoot,
    encoding: "utf8",
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
});
