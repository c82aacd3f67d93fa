// Step: the Python environment .venv, made by the best Python there is.

const { spawnSync } = require("node:child_process");
const { existsSync, readFileSync, readdirSync, writeFileSync } = require("node:fs");
const { delimiter, join } = require("node:path");
const { refuseLink } = require("./own-folder");
const { Problem } = require("./problem");

/** Python versions 3.x: JupyterLab needs the first at least; TensorFlow has wheels from there to the last. */
const OLDEST = 10;
const NEWEST_WITH_TENSORFLOW = 13;

const INSTALL = `install Python 3.${OLDEST} to 3.${NEWEST_WITH_TENSORFLOW} (Debian: apt-get install python3 python3-venv) or name one by PYTHON=/path/to/python3, and repeat`;

const ASK = `
import importlib.util, json, sys
print(json.dumps([sys.version_info[0], sys.version_info[1], importlib.util.find_spec("ensurepip") is not None]))`;

/** Asks a Python for its version and whether it can make environments; null if it does not run. */
function ask(command) {
  const { status, stdout } = spawnSync(command, ["-c", ASK], { encoding: "utf8", timeout: 20_000 });
  if (status !== 0) return null;
  const [major, minor, ensurepip] = JSON.parse(stdout);
  return { command, major, minor, ensurepip };
}

/** All Pythons of PATH by their usual names, as paths. */
function pythonsOfPath() {
  const names = ["python3"];
  for (let minor = NEWEST_WITH_TENSORFLOW; minor >= OLDEST; minor--) names.push(`python3.${minor}`);
  names.push("python");
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name)).filter((path) => existsSync(path)));
}

/** The first Python for which TensorFlow has a wheel, else the first that JupyterLab takes. Throws a Problem if there is none. */
function findPython() {
  const named = process.env.PYTHON;
  const seen = [];
  for (const path of named ? [named] : pythonsOfPath()) {
    const python = ask(path);
    if (!python) continue;
    seen.push(python);
    if (suits(python) && python.minor <= NEWEST_WITH_TENSORFLOW) return python;
  }
  const usable = seen.find(suits);
  if (usable) return usable;
  throw noPython(named, seen);
}

function suits({ major, minor, ensurepip }) {
  return major === 3 && minor >= OLDEST && ensurepip;
}

function noPython(named, seen) {
  const lackingVenv = seen.find(({ major, minor }) => major === 3 && minor >= OLDEST);
  if (lackingVenv) {
    const { command, minor } = lackingVenv;
    return new Problem(
      `${command} cannot make environments (it lacks ensurepip)`,
      `apt-get install python3.${minor}-venv (Debian, Ubuntu) or name another by PYTHON=/path/to/python3, and repeat`,
    );
  }
  if (seen.length > 0) {
    const { command, major, minor } = seen[0];
    return new Problem(`${command} is Python ${major}.${minor}, and 3.${OLDEST} or newer is needed`, INSTALL);
  }
  return new Problem(named ? `PYTHON=${named} does not run` : "there is no python3 in PATH", INSTALL);
}

/** The folder of .venv where packages are; null before it is made. */
function sitePackages(root) {
  const library = join(root, ".venv", "lib");
  if (!existsSync(library)) return null;
  const version = readdirSync(library).find((name) => name.startsWith("python3."));
  return version ? join(library, version, "site-packages") : null;
}

/** @returns {import("./steps").Step} */
function python(root) {
  const venv = join(root, ".venv");
  const note = join(venv, "made-with"); // PYTHON as it was then; what a later set-up without PYTHON keeps
  return {
    name: "python",
    title: "Python environment",
    doing: "making .venv",
    remedy: "delete .venv and repeat",
    inputs: () => [root, process.env.PYTHON ?? (existsSync(note) ? readFileSync(note, "utf8") : "")],
    outputs: () => [join(venv, "bin", "python3"), join(venv, "bin", "pip"), note],
    async run(tool) {
      refuseLink(venv);
      const { command } = findPython();
      await tool(command, ["-m", "venv", "--clear", venv]);
      writeFileSync(note, process.env.PYTHON ?? "");
    },
  };
}

module.exports = { python, findPython, sitePackages };
