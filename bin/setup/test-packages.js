// Step: the Python packages that only the tests need, in .venv, every package pinned.

const { join } = require("node:path");
const { sitePackages } = require("./python");
const { fileHash } = require("./stamps");

/** @returns {import("./steps").Step} */
function testPackages(root) {
  const requirements = join(root, "requirements-test.txt");
  const python = join(root, ".venv", "bin", "python3");
  return {
    name: "test-packages",
    title: "Python packages for the tests",
    doing: "installing them into .venv from requirements-test.txt",
    remedy: "delete .venv and repeat",
    inputs: () => [root, fileHash(join(root, ".venv", "pyvenv.cfg")), fileHash(requirements)],
    outputs: () =>
      ["jupyter_kernel_test", "pypandoc", "safetensors", "tensorboard"].map((name) =>
        join(sitePackages(root) ?? root, name),
      ),
    async run(tool) {
      await tool(python, ["-m", "pip", "install", "--no-input", "--no-deps", "-r", requirements]);
      await tool(python, ["-c", "import jupyter_kernel_test, pypandoc; pypandoc.get_pandoc_path()"]);
    },
  };
}

module.exports = { testPackages };
