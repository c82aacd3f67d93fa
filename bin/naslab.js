#!/usr/bin/env node
// The naslab command: sets up what is missing, then opens JupyterLab or hands over to the compiled commands.

const { existsSync, realpathSync } = require("node:fs");
const { join } = require("node:path");
const { parseArgs } = require("node:util");
const { compiled, here, overview } = require("./commands");
const { help: doctorHelp, run: runDoctor } = require("./doctor");
const { install, uninstall } = require("./install");
const { BadInput } = require("./jupyter/place");
const { help: labHelp, openLab } = require("./lab");
const { nodeIsOlderThan } = require("./node-version");
const { isClone } = require("./program");
const { Problem, root, setUp, tellProblem } = require("./setup");

const setupHelp = `Usage: npm start -- setup [--backend native|wasm]

Installs the npm dependencies, JupyterLab and TensorFlow's library (into .venv), builds the native
binding, compiles the TypeScript and installs the Jupyter kernel. What is up to date is skipped.

  --backend native   fail if the native backend cannot be built, and try again what failed before
  --backend wasm     leave TensorFlow and the compiler out, now and for later commands`;

const isHelp = (word) => word === "--help" || word === "-h";

/** Bad input: one line, exit code 2. */
function refuse(message) {
  console.error(`naslab: ${message}`);
  return 2;
}

async function setup(words) {
  let backend;
  try {
    ({ backend } = parseArgs({ args: words, options: { backend: { type: "string" } } }).values);
  } catch (error) {
    throw new BadInput(`${error.message.split("\n")[0]} (see npm start -- setup --help)`);
  }
  if (backend !== undefined && backend !== "native" && backend !== "wasm")
    throw new BadInput(`--backend ${backend} is unknown; use native or wasm`);
  const native = await setUp({ needs: "notebooks", backend, verbose: true });
  console.error(`naslab: set-up is complete (${native ? "native" : "wasm"} backend); npm start opens JupyterLab`);
  return 0;
}

async function lab(words) {
  await setUp({ needs: "notebooks" });
  return openLab(root, words);
}

/** Whether a command asks for a backend that needs neither TensorFlow nor a compiler. */
function doesWithoutNative(words) {
  const named = words.find((word) => word.startsWith("--backend="))?.slice("--backend=".length);
  const asked = named ?? (words.includes("--backend") ? words[words.indexOf("--backend") + 1] : undefined);
  return ["wasm", "cpu"].includes(asked ?? process.env.NASLAB_BACKEND) || words.some(isHelp);
}

async function handOver(command, words) {
  const { needs, tensors = true } = compiled[command];
  await setUp({ needs: words.some(isHelp) ? "compiled" : needs, native: tensors && !doesWithoutNative(words) });
  return require(join(root, "dist", "src", "cli", "main.js")).main([command, ...words]);
}

function tell(text) {
  console.log(text);
  return 0;
}

/** npm runs scripts in the package's folder; relative paths mean the folder where the user typed the command. */
function returnToUsersFolder() {
  const { INIT_CWD: typedIn, npm_lifecycle_event: script } = process.env;
  const fromNpm =
    ["start", "bench", "notebooks"].includes(script) && realpathSync(process.cwd()) === realpathSync(root);
  if (fromNpm && typedIn && existsSync(typedIn)) process.chdir(typedIn);
}

/** The commands that are written here: their help, and what they do. */
const own = {
  setup: { help: setupHelp, run: setup },
  lab: { help: labHelp, run: lab },
  install,
  uninstall,
  doctor: { help: doctorHelp, run: runDoctor },
};

async function main([command = isClone ? "lab" : "--help", ...words]) {
  if (process.platform === "win32")
    return refuse("Windows is supported through WSL: run this inside a Linux distribution of WSL");
  if (nodeIsOlderThan("20.3")) return refuse(`Node ${process.versions.node} is too old; install Node 20.3 or newer`);
  returnToUsersFolder();
  if (isHelp(command) || command === "help") return tell(overview());
  if (!Object.hasOwn(here, command))
    return refuse(`unknown command "${command}"; use one of ${Object.keys(here).join(", ")} (see --help)`);
  if (Object.hasOwn(compiled, command)) return handOver(command, words);
  if (words.some(isHelp)) return tell(own[command].help);
  try {
    return await own[command].run(words);
  } catch (error) {
    if (error instanceof BadInput) return refuse(`${command}: ${error.message}`);
    throw error;
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    if (error instanceof Problem) tellProblem(error);
    else console.error(error);
    process.exitCode = 1;
  },
);
