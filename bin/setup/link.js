// Step: the link by which a notebook of this clone imports "naslab" by its own name, types included.

const { rmSync, symlinkSync } = require("node:fs");
const { join } = require("node:path");

/** @returns {import("./steps").Step} */
function link(root) {
  const path = join(root, "node_modules", "naslab");
  return {
    name: "link",
    title: "import of naslab by its name",
    doing: "linking node_modules/naslab to this folder",
    remedy: "delete node_modules/naslab and repeat",
    inputs: () => "..",
    outputs: () => [join(path, "package.json")],
    run() {
      rmSync(path, { recursive: true, force: true }); // removes a link, never what it points to
      symlinkSync("..", path);
    },
  };
}

module.exports = { link };
