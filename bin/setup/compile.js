// Step: compiles the TypeScript of src, test and bench into dist.

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
    },
  };
}

module.exports = { compile };
