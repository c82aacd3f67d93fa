// Step: the npm dependencies, exactly as in the lock file.

const { existsSync } = require("node:fs");
const { basename, dirname, join } = require("node:path");
const { refuseLink } = require("./own-folder");
const { fileHash } = require("./stamps");

/** How to start npm: the one that started us, or the one beside this Node, or any. */
function npmCommand() {
  const { npm_execpath: path } = process.env;
  if (path && basename(path) === "npm-cli.js" && existsSync(path)) return [process.execPath, path];
  const beside = join(dirname(process.execPath), "npm");
  return [existsSync(beside) ? beside : "npm"];
}

/** @returns {import("./steps").Step} */
function dependencies(root) {
  return {
    name: "dependencies",
    title: "npm dependencies",
    doing: "installing them with npm ci from package-lock.json",
    remedy: "repeat; if package.json and package-lock.json disagree, run npm install",
    inputs: () => [process.platform, process.arch, fileHash(join(root, "package-lock.json"))],
    outputs: () => [join(root, "node_modules", ".package-lock.json"), join(root, "node_modules", "typescript")],
    async run(tool) {
      refuseLink(join(root, "node_modules"));
      const [command, ...args] = npmCommand();
      // What the compiler and the tests need is wanted even where NODE_ENV=production is set.
      await tool(command, [...args, "ci", "--include=dev", "--include=optional", "--no-progress", "--loglevel=error"]);
    },
  };
}

module.exports = { dependencies };
