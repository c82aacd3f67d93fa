// Runs a benchmark as its command does, in a process of its own, without set-up.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../src/root";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const main = JSON.stringify(join(packageRoot, "dist/src/cli/main.js"));
const script = `require(${main}).main(["bench", ...process.argv.slice(1)]).then((code) => { process.exitCode = code; })`;

export function runBench(...words: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ["-e", script, "--", ...words], { cwd: packageRoot });
  const ended = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => {
    ended.stdout += data;
  });
  child.stderr.on("data", (data) => {
    ended.stderr += data;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...ended })));
}
