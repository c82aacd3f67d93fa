// Opens JupyterLab of .venv at the first notebook, on this machine only.

const { spawn } = require("node:child_process");
const { delimiter, join } = require("node:path");

const NOTEBOOK = join("notebooks", "01-first-search.ipynb");

const help = `Usage: npm start [-- lab [OPTIONS OF jupyter lab]]

Sets up what is missing, then opens JupyterLab at ${NOTEBOOK}.
JupyterLab listens on the loopback address only. Options go to jupyter lab, for example:
  npm start -- lab --no-browser --port 8890`;

/** Environment in which Jupyter's programs and kernels of .venv are found before any others. */
function jupyterEnvironment(root) {
  const venv = join(root, ".venv");
  const env = { ...process.env, VIRTUAL_ENV: venv, JUPYTER_PREFER_ENV_PATH: "1" };
  env.PATH = [join(venv, "bin"), process.env.PATH].filter(Boolean).join(delimiter);
  // A terminal in JupyterLab is not inside npm any more.
  for (const name of Object.keys(env))
    if (/^npm_(lifecycle|package|config|command)|^INIT_CWD$/.test(name)) delete env[name];
  return env;
}

/** Runs JupyterLab until it ends; resolves with its exit code. */
function openLab(root, options) {
  const args = ["lab", NOTEBOOK, "--ServerApp.ip=127.0.0.1", `--ServerApp.root_dir=${root}`];
  if (process.getuid?.() === 0) args.push("--allow-root"); // Jupyter refuses root otherwise
  const lab = spawn(join(root, ".venv", "bin", "jupyter"), [...args, ...options], {
    cwd: root,
    env: jupyterEnvironment(root),
    stdio: "inherit",
  });
  process.on("SIGINT", () => {}); // Ctrl-C reaches JupyterLab too, which asks before it ends
  process.on("SIGTERM", () => lab.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    lab.on("error", reject);
    lab.on("exit", (code) => resolve(code ?? 130));
  });
}

module.exports = { help, openLab };
