// Step: the kernel specification by which Jupyter finds NASLab's kernel.

const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { writeWhole } = require("./stamps");

/** Text of the installed kernel.json: the kernel's own description, and the command by which this Node runs this clone's kernel. */
function kernelSpec(root) {
  const description = JSON.parse(readFileSync(join(root, "src", "kernel", "kernel.json"), "utf8"));
  const argv = [process.execPath, join(root, "dist", "src", "kernel", "main.js"), "{connection_file}"];
  return `${JSON.stringify({ argv, ...description }, null, 2)}\n`;
}

/** @returns {import("./steps").Step} */
function kernel(root) {
  const path = join(root, ".venv", "share", "jupyter", "kernels", "naslab", "kernel.json");
  return {
    name: "kernel",
    title: "Jupyter kernel",
    doing: "installing NASLab (TypeScript) into .venv",
    remedy: "delete .venv and repeat",
    inputs: () => kernelSpec(root),
    outputs: () => [path],
    run: () => writeWhole(path, kernelSpec(root)),
  };
}

module.exports = { kernel, kernelSpec };
