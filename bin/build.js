#!/usr/bin/env node
// npm run build: compiles and bundles everything into dist, whether or not it has changed, and shows the errors as they are.

const { spawnSync } = require("node:child_process");
const { join } = require("node:path");
const { removeStale } = require("./setup/compile");

const root = join(__dirname, "..");
const tsc = join(root, "node_modules", "typescript", "lib", "tsc.js");

for (const words of [[tsc], [tsc, "-p", join(root, "src", "labextension")], [join(__dirname, "labextension.js")]]) {
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: "inherit" });
  process.exitCode ||= status ?? 1;
}
removeStale(root);
