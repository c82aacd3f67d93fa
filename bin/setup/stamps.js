// A stamp holds the hash of a step's inputs, written when the step is done: as long as it matches, the step is skipped.

const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

/** Hash of plain data. */
function hashOf(data) {
  return createHash("sha256").update(JSON.stringify(data)).digest("hex");
}

/** Hash of a file's content; null if there is no such file. */
function fileHash(path) {
  return existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : null;
}

/** Paths of all files below a folder whose names end so, sorted. */
function filesBelow(folder, ending) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Writes a file so that nobody ever sees half of it. */
function writeWhole(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  const half = `${path}.${process.pid}.half`;
  writeFileSync(half, text);
  renameSync(half, path);
}

/** The stamps of one clone, in its `.naslab` folder. */
class Stamps {
  constructor(root) {
    this.folder = join(root, ".naslab", "stamps");
  }

  path(name) {
    return join(this.folder, `${name}.json`);
  }

  /** What was noted for a step with exactly these inputs: { problem? }, or null. */
  read(name, inputs) {
    if (!existsSync(this.path(name))) return null;
    try {
      const stamp = JSON.parse(readFileSync(this.path(name), "utf8"));
      return stamp.inputs === hashOf(inputs) ? stamp : null;
    } catch {
      return null; // an unreadable stamp is no stamp
    }
  }

  write(name, inputs, note = {}) {
    writeWhole(this.path(name), `${JSON.stringify({ inputs: hashOf(inputs), ...note })}\n`);
  }

  remove(name) {
    rmSync(this.path(name), { force: true });
  }
}

module.exports = { Stamps, fileHash, filesBelow, hashOf, writeWhole };
