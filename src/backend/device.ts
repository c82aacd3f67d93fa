// What computes behind a backend, in words: the model of the GPU, or the number of cores.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { NATIVE, nativeBackend } from "./native";

/** What TensorFlow reads how many threads an operation may take from; without it, as many as there are cores. */
const THREADS = "TF_NUM_INTRAOP_THREADS";

/** The threads that an operation of the backend in use may take. */
export const threads = (): number =>
  // neither WebAssembly under Node nor JavaScript has threads
  nativeBackend() ? Number(process.env[THREADS]) || availableParallelism() : 1;

/** Has TensorFlow take so many threads, unless it is loaded already or the user has said how many. */
export function wantThreads(count: number): void {
  if (!tf.findBackend(NATIVE) && count !== availableParallelism()) process.env[THREADS] ??= String(count);
}

/** The version of TensorFlow that computes; null where it is not the one that does. */
export const tensorflowVersion = (): string | null => nativeBackend()?.binding.TF_Version ?? null;

/** The device of the backend in use: "NVIDIA A100-SXM4-40GB", "CPU, 2 cores". */
export function device(): string {
  const native = nativeBackend();
  if (native?.isUsingGpuDevice) return gpuModels().join(" or ") || "NVIDIA GPU";
  const cores = native ? availableParallelism() : 1;
  return `CPU, ${cores} ${cores === 1 ? "core" : "cores"}`;
}

/** Models of the NVIDIA GPUs as the Linux driver tells them, each once; none in WSL, whose driver has no such folder. */
export function gpuModels(system = "/"): string[] {
  const folder = join(system, "proc", "driver", "nvidia", "gpus");
  if (!existsSync(folder)) return [];
  const models = readdirSync(folder).flatMap((gpu) => {
    const information = join(folder, gpu, "information");
    return existsSync(information) ? (/^Model:\s*(.+?)\s*$/m.exec(readFileSync(information, "utf8"))?.[1] ?? []) : [];
  });
  return [...new Set(models)];
}

/** What is worth a word where TensorFlow leaves a GPU unused that nobody hid from it; else null. */
export function unusedGpu(usesGpu: boolean, system = "/", visible = process.env.CUDA_VISIBLE_DEVICES): string | null {
  const hidden = visible !== undefined && /^\s*(-.*)?$/.test(visible); // CUDA's own way to say: no GPU
  const models = gpuModels(system);
  if (usesGpu || hidden || models.length === 0) return null;
  return `TensorFlow does not compute on the ${models.join(" or ")} of this machine; TF_CPP_MIN_LOG_LEVEL=0 makes it say why, CUDA_VISIBLE_DEVICES=-1 says that none is wanted`;
}
