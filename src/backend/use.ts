// Chooses the device that runs tensors: TensorFlow's native library, else WebAssembly, else plain JavaScript.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import * as tf from "@tensorflow/tfjs";
import { UserError } from "../errors";
import { setUpCommand } from "../root";
import { unusedGpu } from "./device";
import { registerGradientKernels } from "./gradient-kernels";
import { type BackendName, backendFromEnvironment, knownBackend } from "./name";
import { NATIVE, type NativeBackend } from "./native";

const remedy = `run \`${setUpCommand}\` to set it up`;

let inUse: BackendName | null = null;
let queue: Promise<unknown> = Promise.resolve();

/**
 * Makes a backend ready and current, and answers which one it is.
 *
 * Without a name it is the one in use already, else the one that NASLAB_BACKEND names, else the first of native, wasm and cpu
 * that loads (cpu with a warning: it is slow). A backend asked for by name, here or in NASLAB_BACKEND, is never replaced by
 * another. Calls may overlap; they are served one after the other.
 *
 * @throws UserError if the name is unknown, or the named backend does not load.
 */
export function useBackend(name?: BackendName): Promise<BackendName> {
  const chosen = queue.then(() => choose(name));
  queue = chosen.catch(() => {});
  return chosen;
}

/** The backend in use; null before the first. */
export const backendInUse = (): BackendName | null => inUse;

async function choose(name?: BackendName): Promise<BackendName> {
  if (inUse && (name === undefined || name === inUse)) return inUse;
  const wanted = name === undefined ? backendFromEnvironment() : knownBackend(name, "useBackend");
  inUse = wanted ? await loadNamed(wanted) : await loadFirst();
  return inUse;
}

async function loadNamed(name: BackendName): Promise<BackendName> {
  try {
    await loaders[name]();
    return name;
  } catch (error) {
    throw new UserError(`useBackend: the backend "${name}" does not load: ${reason(error)}; ${remedy}`, {
      cause: error,
    });
  }
}

async function loadFirst(): Promise<BackendName> {
  const failures: string[] = [];
  for (const name of ["native", "wasm"] as const) {
    try {
      await loaders[name]();
      if (failures.length > 0) console.warn(`NASLab: ${failures.join("; ")}. Using ${name}; ${remedy}.`);
      return name;
    } catch (error) {
      // What was never set up is a choice; what is there and fails is worth a word.
      if (!(error instanceof NotSetUp)) failures.push(`the backend "${name}" does not load: ${reason(error)}`);
    }
  }
  await loaders.cpu();
  failures.push("tensors run in plain JavaScript, which is slow");
  console.warn(`NASLab: ${failures.join("; ")}; ${remedy}.`);
  return "cpu";
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0].replace(/[.;:\s]+$/, "");
}

class NotSetUp extends Error {}

const loaders: Record<BackendName, () => Promise<void>> = {
  async native() {
    if (!tf.findBackend(NATIVE)) loadBinding();
    await activate(NATIVE);
    const unused = unusedGpu((tf.backend() as NativeBackend).isUsingGpuDevice);
    if (unused) console.warn(`NASLab: ${unused}.`);
  },
  async wasm() {
    const folder = packageFolder("@tensorflow/tfjs-backend-wasm");
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    registerGradientKernels("wasm");
    setWasmPaths(join(folder, "dist", "/"));
    await activate("wasm");
  },
  async cpu() {
    registerGradientKernels("cpu");
    await activate("cpu");
    // tfjs advertises its other backends at the first tensor; which one runs is said above.
    (tf.backend() as tf.KernelBackend & { firstUse: boolean }).firstUse = false;
  },
};

async function activate(name: string): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js could not initialise its backend "${name}"`);
  await tf.ready();
}

/** Loads tfjs-node and, with it, TensorFlow, which reads the environment at that moment and never again. */
function loadBinding(): void {
  const folder = packageFolder("@tensorflow/tfjs-node-gpu");
  const binding = join(folder, "lib", "napi-v8", "tfjs_binding.node");
  if (!existsSync(binding)) throw new NotSetUp(`its binding ${binding} is not built`);
  // TensorFlow leaves oneDNN off on AMD and older processors; there it makes a 3x3 convolution's gradients three times as fast.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= "1";
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  // Else it would take all memory of a GPU at once, and a second process would find none.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
  // Recording a graph makes much short-lived garbage; V8's young generation would grow by 30 MB for it and never shrink.
  setFlagsFromString("--semi-space-growth-factor=1");
  // tfjs-node 4.22 calls a function that Node 23 dropped.
  const old = require("node:util") as typeof import("node:util") & { isNullOrUndefined?: (value: unknown) => boolean };
  old.isNullOrUndefined ??= (value) => value === null || value === undefined;
  require("@tensorflow/tfjs-node-gpu");
}

function packageFolder(name: string): string {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    throw new NotSetUp(`the package ${name} is not installed`);
  }
}
