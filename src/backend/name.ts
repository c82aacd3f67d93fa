// The backends by name, and which one is asked for: known before any is loaded.
import { UserError } from "../errors";

export type BackendName = "native" | "wasm" | "cpu";

/** In the order of preference. */
export const backendNames: readonly BackendName[] = ["native", "wasm", "cpu"];

/** @param where the place of the name, for errors. @throws UserError if there is no such backend. */
export function knownBackend(name: string, where: string): BackendName {
  const found = backendNames.find((backend) => backend === name);
  if (!found) throw new UserError(`${where}: unknown backend "${name}"; use one of ${backendNames.join(", ")}`);
  return found;
}

/** The backend that NASLAB_BACKEND names; undefined: none. @throws UserError if there is no such backend. */
export function backendFromEnvironment(): BackendName | undefined {
  const name = process.env.NASLAB_BACKEND;
  return name ? knownBackend(name, "NASLAB_BACKEND") : undefined;
}
