// Step: JupyterLab, Notebook and what runs notebooks without a browser, in .venv, every package pinned.

const { join } = require("node:path");
const { fileHash, writeWhole } = require("./stamps");

/** Configuration of nbconvert in .venv, as a program and in JupyterLab's menu: without Inkscape, LaTeX takes a figure's PNG. */
const CONFIGURATION = `import shutil

c = get_config()  # noqa
c.SVG2PDFPreprocessor.enabled = shutil.which("inkscape") is not None
`;

/** @returns {import("./steps").Step} */
function jupyterlab(root) {
  const requirements = join(root, "requirements.txt");
  const configurations = ["nbconvert", "server"].map((name) =>
    join(root, ".venv", "etc", "jupyter", `jupyter_${name}_config.py`),
  );
  const program = (name) => join(root, ".venv", "bin", name);
  return {
    name: "jupyterlab",
    title: "JupyterLab",
    doing: "installing it into .venv from requirements.txt",
    remedy: "delete .venv and repeat",
    inputs: () => [root, fileHash(requirements), CONFIGURATION],
    outputs: () => [
      ...["jupyter", "jupyter-lab", "jupyter-notebook", "jupyter-nbconvert", "jupyter-console", "papermill"].map(
        program,
      ),
      ...configurations,
    ],
    async run(tool) {
      await tool(program("python3"), ["-m", "pip", "install", "--no-input", "-r", requirements]);
      await tool(program("python3"), [
        "-c",
        "import jupyterlab, notebook, nbclient, nbconvert, jupyter_console, papermill",
      ]);
      for (const path of configurations) writeWhole(path, CONFIGURATION);
    },
  };
}

module.exports = { jupyterlab };
