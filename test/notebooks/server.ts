// A JupyterLab server of its own: free port, token, temporary settings, and a folder in which `naslab` resolves.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { packageRoot } from "../../src/root";
import { notebookFolder } from "./notebook";

export interface LabServer {
  /** The folder that the server shows. */
  readonly folder: string;
  /** The address that opens a file of the folder. */
  address(file: string): string;
  /** What the server has written, its kernels' stderr included. */
  log(): string;
  stop(): Promise<void>;
}

/** Settings that keep JupyterLab from asking for news, and every cell of a notebook in the page. */
const settings = {
  "apputils-extension/notification": { fetchNews: "false", checkForUpdates: false },
  "notebook-extension/tracker": { windowingMode: "none", scrollPastEnd: false },
};

export async function startLab(): Promise<LabServer> {
  const folder = notebookFolder();
  const home = join(folder, ".jupyter");
  for (const [plugin, values] of Object.entries(settings)) {
    const file = join(home, "settings", "@jupyterlab", `${plugin}.jupyterlab-settings`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(values));
  }
  const port = await freePort();
  const token = randomUUID();
  const server = spawn(join(packageRoot, ".venv/bin/jupyter"), options(folder, port, token), {
    env: {
      ...process.env,
      JUPYTER_CONFIG_DIR: join(home, "config"),
      JUPYTER_DATA_DIR: join(home, "data"),
      JUPYTER_RUNTIME_DIR: join(home, "runtime"),
      JUPYTERLAB_SETTINGS_DIR: join(home, "settings"),
      JUPYTERLAB_WORKSPACES_DIR: join(home, "workspaces"),
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  const exit = once(server, "exit");
  process.once("exit", () => server.kill());
  const running = new Promise<void>((resolve, reject) => {
    server.stderr.on("data", (chunk) => {
      log += chunk;
      if (log.includes(`127.0.0.1:${port}/lab`)) resolve();
    });
    server.on("error", reject);
    server.on("exit", () => reject(new Error(`JupyterLab ended:\n${log}`)));
  });
  await running;
  return {
    folder,
    address: (file) => `http://127.0.0.1:${port}/lab/tree/${file}?token=${token}`,
    log: () => log,
    async stop() {
      server.kill("SIGTERM");
      await exit;
      rmSync(folder, { recursive: true });
    },
  };
}

const options = (folder: string, port: number, token: string): string[] => [
  "lab",
  "--no-browser",
  ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  "--ServerApp.ip=127.0.0.1",
  `--ServerApp.port=${port}`,
  "--ServerApp.port_retries=0",
  `--ServerApp.root_dir=${folder}`,
  `--IdentityProvider.token=${token}`,
  "--LabApp.expose_app_in_browser=True",
  "--LabApp.extension_manager=readonly",
];

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await once(server.close(), "close");
  return port;
}
