// What a process of ours computes with.
import * as tf from "@tensorflow/tfjs";
import { type BackendName, useBackend } from "../../src/backend";
import { nativeBackend } from "../../src/backend/native";

export interface About {
  readonly backend: BackendName;
  readonly versions: Readonly<Record<string, string>>;
}

/** Loads the backend and names it. */
export async function about(): Promise<About> {
  const backend = await useBackend();
  const tensorflow = nativeBackend()?.binding.TF_Version;
  return { backend, versions: { tfjs: tf.version_core, ...(tensorflow && { tensorflow }) } };
}
