// Step: JupyterLab, nbclient and nbconvert in .venv, every package pinned.

const { join } = require("node:path");
const { fileHash } = require("./stamps");

/** @returns {import("./steps").Step} */
function jupyterlab(root) {
  const requirements = join(root, "requirements.txt");
  const program = (name) => join(root, ".venv", "bin", name);
  return {
    name: "jupyterlab",
    title: "JupyterLab",
    doing: "installing it into .venv from requirements.txt",
    remedy: "delete .venv and repeat",
    inputs: () => [root, fileHash(requirements)],
    outputs: () => [program("jupyter"), program("jupyter-lab"), program("jupyter-nbconvert")],
    async run(tool) {
      await tool(program("python3"), ["-m", "pip", "install", "--no-input", "-r", requirements]);
      await tool(program("python3"), ["-c", "import jupyterlab, nbclient, nbconvert"]);
    },
  };
}

module.exports = { jupyterlab };
