// The Jupyter kernel's process: node main.js CONNECTION_FILE
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { packageRoot } from "../root";
import { Connection } from "./connection";
import { Kernel } from "./kernel";
import { lendOwnPackage } from "./own-package";
import { redirectStreams } from "./streams";

async function main(connectionFile: string): Promise<void> {
  const { name, version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
  Error.stackTraceLimit = 100; // the cell's own frames lie below those of the libraries that it calls
  lendOwnPackage(name);
  const log = redirectStreams();
  const connection = await Connection.open(connectionFile);
  const kernel = new Kernel(connection, { implementation: name, version }, log);
  process.on("SIGINT", () => kernel.onSignal());
  surviveStrayErrors(kernel);
  await Promise.race([
    kernel.serve("shell"),
    kernel.serve("control"),
    kernel.serve("stdin"),
    ...(process.env.JPY_PARENT_PID ? [parentsEnd()] : []),
  ]);
  await connection.close();
  process.exit();
}

/** Also where a package throws them again from a handler of its own, as TensorFlow.js's WebAssembly backend does. */
function surviveStrayErrors(kernel: Kernel): void {
  let rejected: unknown;
  process.on("unhandledRejection", (error) => {
    rejected = error;
    kernel.reportStray(error);
  });
  process.setUncaughtExceptionCaptureCallback((error) => {
    if (error !== rejected) kernel.reportStray(error);
  });
}

/** A kernel whose server was killed would otherwise train on, unseen. */
async function parentsEnd(): Promise<void> {
  const parent = process.ppid;
  while (process.ppid === parent) await setTimeout(1000);
}

const [connectionFile] = process.argv.slice(2);
if (connectionFile) void main(connectionFile);
else {
  console.error("usage: node main.js CONNECTION_FILE (Jupyter starts the kernel so)");
  process.exitCode = 2;
}
