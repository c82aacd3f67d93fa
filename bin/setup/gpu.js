// Whether TensorFlow's wheel with CUDA is of use on this machine.

const { existsSync } = require("node:fs");
const { join } = require("node:path");

/** What NVIDIA's driver puts there on Linux, and in WSL. */
const DRIVER = ["proc/driver/nvidia/version", "usr/lib/wsl/lib/libcuda.so.1"];

/** Whether there is the driver of an NVIDIA GPU, and a wheel with CUDA for this kind of machine. */
function hasNvidiaGpu({ system = "/", platform = process.platform, arch = process.arch } = {}) {
  return platform === "linux" && arch === "x64" && DRIVER.some((path) => existsSync(join(system, path)));
}

module.exports = { hasNvidiaGpu };
