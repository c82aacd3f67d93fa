// Step: the module by which papermill writes parameters in TypeScript, as a Python package of one file.

const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { sitePackages } = require("./python");
const { fileHash, writeWhole } = require("./stamps");

const MODULE = "naslab_papermill";

/** The package's files by their paths in a folder of Python packages. */
function papermillFiles(root) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const about = `${MODULE}-${version}.dist-info`;
  const files = {
    [`${MODULE}.py`]: readFileSync(join(root, "src", "kernel", `${MODULE}.py`), "utf8"),
    [join(about, "METADATA")]: `Metadata-Version: 2.1\nName: ${MODULE.replace("_", "-")}\nVersion: ${version}\n`,
    [join(about, "INSTALLER")]: "naslab\n",
    [join(about, "entry_points.txt")]: `[papermill.engine]\nnaslab = ${MODULE}:NBClientEngine\n`,
  };
  const record = [...Object.keys(files), join(about, "RECORD")].map((path) => `${path},,\n`).join("");
  return { ...files, [join(about, "RECORD")]: record };
}

/** @returns {import("./steps").Step} */
function papermill(root) {
  const paths = () => Object.keys(papermillFiles(root)).map((path) => join(sitePackages(root) ?? root, path));
  return {
    name: "papermill",
    title: "papermill's parameters",
    doing: "installing their translator into .venv",
    remedy: "delete .venv and repeat",
    inputs: () => [fileHash(join(root, ".venv", "pyvenv.cfg")), papermillFiles(root)],
    outputs: paths,
    run() {
      for (const [path, text] of Object.entries(papermillFiles(root))) writeWhole(join(sitePackages(root), path), text);
    },
  };
}

module.exports = { papermill, papermillFiles };
