// The naslab command as a user types it.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../src/root";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command; interrupts it once its standard error has this text. */
export function naslab(words: readonly string[], interruptAt?: string): Promise<Ended> {
  const child = spawn(process.execPath, [join(packageRoot, "bin/naslab.js"), ...words], { cwd: packageRoot });
  const ended = { stdout: "", stderr: "" };
  let interrupted = false;
  child.stdout.on("data", (data) => {
    ended.stdout += data;
  });
  child.stderr.on("data", (data) => {
    ended.stderr += data;
    if (!interruptAt || interrupted || !ended.stderr.includes(interruptAt)) return;
    interrupted = true;
    child.kill("SIGINT");
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...ended })));
}
