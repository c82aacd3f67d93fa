// What NASLab puts where Jupyter looks: the kernel's description, the plugin, and papermill's translator.

const { readFileSync } = require("node:fs");
const { join, relative } = require("node:path");
const { kernelSpec } = require("../setup/kernel");
const { papermillFiles } = require("../setup/papermill");
const { filesBelow } = require("../setup/stamps");

/**
 * The contents of all files by their absolute paths; what makes Jupyter see the others comes last.
 * @param {string} root the package
 * @param {import("./place").Place} place
 * @returns {Map<string, string | Buffer>}
 */
function partsFor(root, { data, packages }) {
  const built = join(root, "dist", "labextension");
  const plugin = filesBelow(built, "").map((path) => [
    join(data, "labextensions", "naslab", relative(built, path)),
    readFileSync(path),
  ]);
  const isEntry = ([path]) => path.endsWith("package.json");
  const translator = packages ? Object.entries(papermillFiles(root)) : [];
  return new Map([
    ...translator.map(([path, text]) => [join(packages, path), text]),
    ...plugin.filter((part) => !isEntry(part)),
    ...plugin.filter(isEntry),
    [join(data, "kernels", "naslab", "kernel.json"), kernelSpec(root)],
  ]);
}

module.exports = { partsFor };
