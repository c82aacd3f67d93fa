// The Jupyter kernel's process: node main.js CONNECTION_FILE
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../root";
import { Connection } from "./connection";
import { Kernel } from "./kernel";
import { installNotebook } from "./notebook";
import { redirectStreams } from "./streams";

async function main(connectionFile: string): Promise<void> {
  const { name, version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
  Error.stackTraceLimit = 100; // the cell's own frames lie below those of the libraries that it calls
  const log = redirectStreams();
  installNotebook();
  const connection = await Connection.open(connectionFile);
  const kernel = new Kernel(connection, { implementation: name, version }, log);
  process.on("SIGINT", () => kernel.interrupt());
  process.on("uncaughtException", (error) => kernel.reportStray(error));
  process.on("unhandledRejection", (error) => kernel.reportStray(error));
  if (process.env.JPY_PARENT_PID) exitWithParent();
  await Promise.race([kernel.serve("shell"), kernel.serve("control")]);
  connection.close();
  process.exit();
}

/** A kernel whose server was killed would otherwise train on, unseen. */
function exitWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 1000).unref();
}

const [connectionFile] = process.argv.slice(2);
if (connectionFile) void main(connectionFile);
else {
  console.error("usage: node main.js CONNECTION_FILE (Jupyter starts the kernel so)");
  process.exitCode = 2;
}
