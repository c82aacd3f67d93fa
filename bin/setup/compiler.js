// Step: looks for a C++ compiler, before anything large is fetched that would be of no use without one.

const { existsSync } = require("node:fs");
const { delimiter, isAbsolute, join } = require("node:path");
const { Problem } = require("./problem");

const NO_COMPILER =
  "install one (Debian: apt-get install g++; macOS: xcode-select --install) or name one by CXX, and repeat";

/** The C++ compiler: CXX, or the first of the usual names in PATH. Throws a Problem if there is none. */
function findCompiler() {
  const named = process.env.CXX;
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  for (const name of named ? [named] : ["c++", "g++", "clang++"]) {
    const paths = isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name));
    const found = paths.find((path) => existsSync(path));
    if (found) return found;
  }
  throw new Problem(named ? `CXX=${named} is not there` : "there is no C++ compiler in PATH", NO_COMPILER);
}

/** @returns {import("./steps").Step} */
function compiler() {
  return {
    name: "compiler",
    title: "C++ compiler",
    doing: "looking for one",
    remedy: NO_COMPILER,
    inputs: () => process.env.CXX ?? "",
    outputs: () => [],
    run: () => void findCompiler(),
  };
}

module.exports = { compiler, findCompiler };
