// What lies in a folder, to see whether it was changed.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** What others install and build. */
const LEFT_OUT = ["node_modules", ".venv", ".git", "dist"];

/** Every file and folder below, with its size and its last change. */
export function stateOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (LEFT_OUT.includes(entry.name)) continue;
    const path = join(folder, entry.name);
    const { size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { size: -1, mtimeMs: -1 };
    found[path] = `${size} ${mtimeMs}`;
    if (entry.isDirectory()) Object.assign(found, stateOf(path));
  }
  return found;
}
