// Where a Jupyter looks for kernels and extensions: its data folder, found from the words of a command.

const { spawnSync } = require("node:child_process");
const { existsSync, readdirSync } = require("node:fs");
const { homedir } = require("node:os");
const { join, resolve } = require("node:path");
const { parseArgs } = require("node:util");

const options = {
  prefix: { type: "string" },
  user: { type: "boolean" },
  "sys-prefix": { type: "boolean" },
  python: { type: "string" },
};

const help = `  --prefix DIR      into DIR/share/jupyter, for the Jupyter of that environment
  --user            for every Jupyter of this user
  --sys-prefix      for the Jupyter of the python3 in PATH, as in an activated environment
  --python PYTHON   for the Jupyter of that Python`;

/**
 * A place to install into.
 * @typedef {object} Place
 * @property {string} data Jupyter's data folder
 * @property {string | null} packages the folder of the Python packages that its Jupyter imports; null where that cannot be told
 */

/** Bad words of a command: one sentence with the remedy. */
class BadInput extends Error {}

/** Reads a command's words. @throws BadInput */
function readWords(words, more = {}) {
  try {
    return parseArgs({ args: words, options: { ...options, ...more } }).values;
  } catch (error) {
    throw new BadInput(`${error.message.split("\n")[0]} (see --help)`);
  }
}

/** The place that the words name; undefined if they name none. @returns {Place | undefined} */
function placeOf(values) {
  const named = Object.keys(options).filter((name) => values[name] !== undefined);
  if (named.length > 1)
    throw new BadInput(`${named.map((name) => `--${name}`).join(" and ")} name two places; use one of them`);
  if (values.user) return { data: userData(), packages: null };
  if (values.prefix !== undefined) return ofPrefix(resolve(values.prefix));
  if (values["sys-prefix"]) return ofPrefix(prefixOf("python3"));
  if (values.python !== undefined) return ofPrefix(prefixOf(values.python));
  return undefined;
}

/** Jupyter's data folder of this user. */
function userData() {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME } = process.env;
  if (JUPYTER_DATA_DIR) return resolve(JUPYTER_DATA_DIR);
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  return join(XDG_DATA_HOME || join(homedir(), ".local", "share"), "jupyter");
}

function ofPrefix(prefix) {
  const library = join(prefix, "lib");
  const versions = existsSync(library) ? readdirSync(library).filter((name) => /^python3\.\d+$/.test(name)) : [];
  const packages = versions.length === 1 ? join(library, versions[0], "site-packages") : "";
  return { data: join(prefix, "share", "jupyter"), packages: existsSync(packages) ? packages : null };
}

function prefixOf(python) {
  const { status, stdout } = spawnSync(python, ["-c", "import sys; print(sys.prefix)"], {
    encoding: "utf8",
    timeout: 20_000,
  });
  if (status === 0) return stdout.trim();
  throw new BadInput(`${python} does not run; name a Python that does by --python, or its folder by --prefix`);
}

module.exports = { BadInput, help, placeOf, readWords };
