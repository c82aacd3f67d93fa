// What NASLab puts where Jupyter looks: the kernel's description, the plugin, and papermill's translator.

const { readFileSync } = require("node:fs");
const { join, relative } = require("node:path");
const { kernelFiles } = require("../setup/kernel");
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
  const plugin = filesBelow(built, "").map((path) => [relative(built, path), readFileSync(path)]);
  const isEntry = ([path]) => path === "package.json";
  const entriesLast = [...plugin.filter((part) => !isEntry(part)), ...plugin.filter(isEntry)];
  const into = (folder, parts) => parts.map(([path, content]) => [join(folder, path), content]);
  return new Map([
    ...into(packages ?? "", packages ? Object.entries(papermillFiles(root)) : []),
    ...into(join(data, "labextensions", "naslab"), entriesLast),
    ...into(join(data, "kernels", "naslab"), Object.entries(kernelFiles(root))),
  ]);
}

module.exports = { partsFor };
