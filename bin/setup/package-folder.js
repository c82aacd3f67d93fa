// Where npm has put a package: beside ours in a clone, further up where ours is itself a dependency.

const { existsSync } = require("node:fs");
const { dirname, join } = require("node:path");

/** The folder of a package as Node finds it from `root`; where it will be in a clone, while it is not installed. */
function packageFolder(root, name) {
  for (let folder = root; ; folder = dirname(folder)) {
    const path = join(folder, "node_modules", name);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return join(root, "node_modules", name);
  }
}

module.exports = { packageFolder };
