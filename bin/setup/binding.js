// Step: builds the native binding of @tensorflow/tfjs-node-gpu from its own sources against TensorFlow's library in .venv.

const { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } = require("node:fs");
const { cpus } = require("node:os");
const { dirname, join } = require("node:path");
const { findCompiler } = require("./compiler");
const { Problem, causeIn } = require("./problem");
const { packageFolder } = require("./package-folder");
const { fileHash, filesBelow } = require("./stamps");
const { sitePackages } = require("./python");
const { LIBRARIES, tensorflowFolder } = require("./tensorflow");
const { ToolFailure } = require("./tool");

/** Arguments by which the binding finds libraries of a folder, also one with a comma in its name. */
const runPath = (folder) => ["-Xlinker", "-rpath", "-Xlinker", folder];

/**
 * Arguments that load cuSOLVER along with the binding, where TensorFlow has CUDA. TensorFlow asks for it by its bare name, from the one of its
 * two libraries whose run path lacks it, and leaves the GPU unused if it is not found; what is loaded already is found.
 */
function cusolver(root) {
  const folder = join(sitePackages(root) ?? root, "nvidia", "cusolver", "lib");
  const name = existsSync(folder) && readdirSync(folder).find((file) => file.startsWith("libcusolver.so."));
  return name ? [`-L${folder}`, "-Wl,--no-as-needed", `-l:${name}`, ...runPath(folder)] : [];
}

/** Our own part of the binding, which includes the package's: files of these endings. */
const ownFiles = (root, ...endings) =>
  endings.flatMap((ending) => filesBelow(join(root, "src", "backend", "binding"), ending));

/** Arguments that make the compiler build `output`. */
function compilerArguments(root, output) {
  const package_ = join(packageFolder(root, "@tensorflow/tfjs-node-gpu"), "binding");
  const library = tensorflowFolder(root);
  const processor = process.arch === "x64" ? "-march=native" : "-mcpu=native";
  const link =
    process.platform === "darwin"
      ? ["-undefined", "dynamic_lookup", ...LIBRARIES.map((name) => join(library, name))]
      : [`-L${library}`, ...LIBRARIES.map((name) => `-l:${name}`)];
  return [
    ...["-std=c++17", "-O3", processor, "-fPIC", "-shared", "-w", "-fno-access-control", "-DNAPI_VERSION=8"],
    ...["-o", output, ...ownFiles(root, ".cc"), join(package_, "tfjs_backend.cc"), `-I${package_}`],
    `-I${join(packageFolder(root, "node-api-headers"), "include")}`,
    `-I${join(library, "include")}`,
    ...link,
    ...runPath(library),
    ...cusolver(root),
  ];
}

/** A program that loads a binding and has it square a number. */
const TRIAL = `
process.env.TF_ENABLE_ONEDNN_OPTS ??= "1";
process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
const binding = require(process.argv[1]);
const input = binding.createTensor([1], binding.TF_FLOAT, new Float32Array([3]));
const type = { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
const [{ id }] = binding.executeOp("Square", [type], [input], 1);
if (binding.tensorDataSync(id)[0] !== 9) throw new Error("the binding computes wrongly");`;

function versionOf(root, name) {
  const path = join(packageFolder(root, name), "package.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).version : null;
}

/** @returns {import("./steps").Step} */
function binding(root) {
  const target = join(packageFolder(root, "@tensorflow/tfjs-node-gpu"), "lib", "napi-v8", "tfjs_binding.node");
  const versions = () => [
    versionOf(root, "@tensorflow/tfjs-node-gpu"),
    versionOf(root, "node-api-headers"),
    ...["requirements-tensorflow.txt", "requirements-tensorflow-cuda.txt"].map((name) => fileHash(join(root, name))),
  ];
  return {
    name: "binding",
    title: "native binding",
    doing: "compiling it against TensorFlow's library",
    remedy: "repeat",
    inputs: () => [
      root,
      tensorflowFolder(root),
      cusolver(root),
      versions(),
      ownFiles(root, ".cc", ".h").map(fileHash),
      cpus()[0]?.model,
    ],
    outputs: () => [target],
    async run(tool) {
      const compiler = findCompiler();
      const half = target.replace(/\.node$/, ".half.node");
      mkdirSync(dirname(target), { recursive: true });
      rmSync(half, { force: true });
      try {
        await tool(compiler, compilerArguments(root, half));
        await tool(process.execPath, ["-e", TRIAL, half]);
        renameSync(half, target);
      } catch (error) {
        if (!(error instanceof ToolFailure)) throw error;
        throw new Problem(
          existsSync(half)
            ? `the native binding does not load: ${causeIn(error.output) ?? error.message}`
            : `${compiler} could not build the native binding: ${causeIn(error.output) ?? error.message}`,
          "see .naslab/logs/binding.log, then try again with --backend native",
          { lasting: true },
        );
      } finally {
        rmSync(half, { force: true });
      }
    },
  };
}

module.exports = { binding, compilerArguments };
