// Step: the kernel specification by which Jupyter finds NASLab's kernel.

const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { writeWhole } = require("./stamps");

/**
 * The files of the specification by their names: kernel.json with the kernel's own description and the command by which this Node runs this
 * package's kernel, and its picture.
 */
function kernelFiles(root) {
  const description = JSON.parse(readFileSync(join(root, "src", "kernel", "kernel.json"), "utf8"));
  const argv = [process.execPath, join(root, "dist", "src", "kernel", "main.js"), "{connection_file}"];
  return {
    "logo-svg.svg": readFileSync(join(root, "src", "logo.svg"), "utf8"),
    "kernel.json": `${JSON.stringify({ argv, ...description }, null, 2)}\n`,
  };
}

/** @returns {import("./steps").Step} */
function kernel(root) {
  const folder = join(root, ".venv", "share", "jupyter", "kernels", "naslab");
  return {
    name: "kernel",
    title: "Jupyter kernel",
    doing: "installing NASLab (TypeScript) into .venv",
    remedy: "delete .venv and repeat",
    inputs: () => kernelFiles(root),
    outputs: () => Object.keys(kernelFiles(root)).map((name) => join(folder, name)),
    run() {
      for (const [name, text] of Object.entries(kernelFiles(root))) writeWhole(join(folder, name), text);
    },
  };
}

module.exports = { kernel, kernelFiles };
