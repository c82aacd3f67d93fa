// Step: TensorFlow's C++ library, out of its Python wheel.

const { existsSync, readdirSync, rmSync } = require("node:fs");
const { join } = require("node:path");
const { hasNvidiaGpu } = require("./gpu");
const { Problem } = require("./problem");
const { sitePackages } = require("./python");
const { fileHash } = require("./stamps");
const { ToolFailure } = require("./tool");

/** File names of the library's two parts and how to link to them. */
const LIBRARIES =
  process.platform === "darwin"
    ? ["libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib"]
    : ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

/** TensorFlow's folder in .venv; null before there is one. */
function tensorflowFolder(root) {
  const site = sitePackages(root);
  return site && join(site, "tensorflow");
}

/** Takes away what an interrupted installation or another TensorFlow left, CUDA's libraries too. */
function clear(site) {
  for (const name of existsSync(site) ? readdirSync(site) : [])
    if (/^(tensorflow|tensorflow(_cpu)?-.*|nvidia|nvidia_.*)$/.test(name))
      rmSync(join(site, name), { recursive: true, force: true });
}

/**
 * @param {string} root
 * @param {boolean} [gpu] whether to install the TensorFlow that computes on an NVIDIA GPU
 * @returns {import("./steps").Step}
 */
function tensorflow(root, gpu = hasNvidiaGpu()) {
  const file = join(root, gpu ? "requirements-tensorflow-cuda.txt" : "requirements-tensorflow.txt");
  const pip = [join(root, ".venv", "bin", "python3"), ["-m", "pip", "install", "--no-input", "--no-deps"]];
  return {
    name: "tensorflow",
    title: "TensorFlow",
    doing: `installing its library into .venv${gpu ? ", with CUDA for the NVIDIA GPU (3 GB to fetch, 6 GB on disk)" : " (several 100 MB)"}`,
    remedy: "repeat",
    inputs: () => [root, fileHash(join(root, ".venv", "pyvenv.cfg")), fileHash(file)],
    outputs: () => {
      const folder = tensorflowFolder(root) ?? join(root, ".venv", "tensorflow");
      return ["include", ...LIBRARIES].map((name) => join(folder, name));
    },
    async run(tool) {
      clear(sitePackages(root));
      try {
        await tool(pip[0], [...pip[1], "-r", file]);
      } catch (error) {
        const noWheel = error instanceof ToolFailure && /No matching distribution/.test(error.output);
        if (!noWheel || /Retrying/.test(error.output)) throw error;
        throw new Problem(
          `TensorFlow has no wheel for the Python of .venv on ${process.platform} ${process.arch}`,
          "install Python 3.10 to 3.13 and repeat with PYTHON=/path/to/it",
          { lasting: true },
        );
      }
    },
  };
}

module.exports = { tensorflow, tensorflowFolder, LIBRARIES };
