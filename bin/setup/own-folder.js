// Set-up empties folders and fills them anew, and does so only where they are this clone's own.

const { lstatSync } = require("node:fs");
const { basename } = require("node:path");
const { Problem } = require("./problem");

/** Throws a Problem if a folder is a link, as a git worktree may have it: what it leads to serves somebody else too. */
function refuseLink(path) {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const name = basename(path);
  throw new Problem(
    `${name} is a link, and installing through it would empty the folder that it leads to`,
    `delete the link ${path} and repeat, so that this clone gets a ${name} of its own`,
  );
}

module.exports = { refuseLink };
