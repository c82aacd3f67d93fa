// Step: the JupyterLab plugin, built out of src/labextension and installed into .venv.

const { cpSync, mkdirSync, renameSync, rmSync } = require("node:fs");
const { dirname, join, relative } = require("node:path");
const { fileHash, filesBelow } = require("./stamps");

/** @returns {import("./steps").Step} */
function labextension(root) {
  const source = join(root, "src", "labextension");
  const script = join(root, "bin", "labextension.js");
  const shared = ["plugin.ts", "logo.svg"].map((name) => join(root, "src", name));
  const target = join(root, ".venv", "share", "jupyter", "labextensions", "naslab");
  return {
    name: "labextension",
    title: "JupyterLab plugin",
    doing: "building it and installing it into .venv",
    remedy: "mend the error (npm run build shows it) and repeat",
    inputs: () => [
      fileHash(join(root, ".venv", "pyvenv.cfg")),
      fileHash(join(root, "package-lock.json")), // plotly.js, the bundler and the types of JupyterLab
      ...[script, ...shared, ...filesBelow(source, "")].map((path) => [relative(root, path), fileHash(path)]),
    ],
    outputs: () => [join(target, "package.json")],
    async run(tool) {
      const tsc = join(root, "node_modules", "typescript", "lib", "tsc.js");
      await tool(process.execPath, [tsc, "--pretty", "false", "-p", source]);
      await tool(process.execPath, [script]);
      replaceFolder(join(root, "dist", "labextension"), target);
    },
  };
}

/** Puts a copy of a folder where another may be, so that nobody ever sees half of it. */
function replaceFolder(from, to) {
  const half = join(dirname(dirname(to)), `.naslab-${process.pid}.half`); // beside: JupyterLab reads every folder of labextensions
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, half, { recursive: true });
  rmSync(to, { recursive: true, force: true });
  renameSync(half, to);
}

module.exports = { labextension };
