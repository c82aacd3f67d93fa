// One set-up at a time: a lock file that names the process that holds it.

const { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");

/** Stands for the holder of a lock that was left without a number. */
const NOBODY = -1;

function alive(pid) {
  if (pid === NOBODY) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM"; // it lives, and belongs to somebody else
  }
}

/**
 * Waits until no other set-up of this clone runs, then holds the lock.
 * @returns {Promise<() => void>} gives the lock back
 */
async function holdLock(root, say) {
  const path = join(root, ".naslab", "lock");
  mkdirSync(join(root, ".naslab"), { recursive: true });
  for (let told = false; ; await sleep(200)) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = readHolder(path);
    if (holder === undefined) continue;
    if (!alive(holder)) rmSync(path, { force: true });
    else if (!told) {
      say(`waiting for another set-up of this clone (process ${holder}) to end`);
      told = true;
    }
  }
}

/** The process that holds the lock; undefined if the lock has just gone or is just being written. */
function readHolder(path) {
  try {
    const holder = Number(readFileSync(path, "utf8"));
    if (holder) return holder;
    return Date.now() - statSync(path).mtimeMs > 5000 ? NOBODY : undefined;
  } catch {
    return undefined;
  }
}

module.exports = { holdLock };
