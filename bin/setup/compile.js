// Step: compiles the TypeScript of src, test and bench into dist.

const { existsSync, rmSync } = require("node:fs");
const { relative, join } = require("node:path");
const { fileHash, filesBelow } = require("./stamps");

const FOLDERS = ["src", "test", "bench"];

/** @returns {import("./steps").Step} */
function compile(root) {
  return {
    name: "compile",
    title: "TypeScript",
    doing: "compiling into dist",
    remedy: "mend the type error (npm run build shows all of them) and repeat",
    inputs: () => [
      fileHash(join(root, "package-lock.json")), // the compiler's version and the types of what we import
      fileHash(join(root, "tsconfig.json")),
      FOLDERS.flatMap((folder) => filesBelow(join(root, folder), ".ts")).map((path) => [
        relative(root, path),
        fileHash(path),
      ]),
    ],
    outputs: () => [join(root, "dist", "src", "index.js"), join(root, "dist", "src", "cli", "main.js")],
    async run(tool) {
      await tool(process.execPath, [join(root, "node_modules", "typescript", "lib", "tsc.js"), "--pretty", "false"]);
      removeStale(root);
    },
  };
}

/** Takes away what was compiled of sources that are gone, so that it is neither imported nor packed. */
function removeStale(root) {
  for (const path of FOLDERS.flatMap((folder) => filesBelow(join(root, "dist", folder), ""))) {
    const source = join(root, relative(join(root, "dist"), path)).replace(/(\.d\.ts|\.js|\.js\.map)$/, ".ts");
    if (!existsSync(source)) rmSync(path);
  }
}

module.exports = { compile, removeStale };
