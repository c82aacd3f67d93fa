// Step: the kernel specification by which Jupyter finds NASLab's kernel.

const { join } = require("node:path");
const { writeWhole } = require("./stamps");

/** Text of kernel.json: this Node runs this clone's kernel. */
function kernelSpec(root) {
  const spec = {
    argv: [process.execPath, join(root, "dist", "src", "kernel", "main.js"), "{connection_file}"],
    display_name: "NASLab (TypeScript)",
    language: "typescript",
    interrupt_mode: "signal",
  };
  return `${JSON.stringify(spec, null, 2)}\n`;
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

module.exports = { kernel };
