// One set-up at a time: a lock file that names the process that holds it and the tool that this has started last.

const { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const { writeWhole } = require("./stamps");

function alive(pid) {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error.code === "EPERM"; // it lives, and belongs to somebody else
  }
}

/** Whether a process has ended and nobody has asked how, as it stays in containers; told by Linux alone. */
function isZombie(pid) {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && /\) Z /.test(readFileSync(path, "latin1"));
}

const lockFile = (root) => join(root, ".naslab", "lock");

/** Notes the tool that the holder of the lock has started: should the holder be killed, the tool goes on, and the lock holds until it ends. */
function noteTool(root, pid) {
  writeWhole(lockFile(root), `${process.pid} ${pid}`);
}

/**
 * Waits until no other set-up of this clone runs, then holds the lock.
 * @returns {Promise<() => void>} gives the lock back
 */
async function holdLock(root, say) {
  const path = lockFile(root);
  mkdirSync(join(root, ".naslab"), { recursive: true });
  for (let told = false; ; await sleep(200)) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holders = readHolders(path);
    if (holders === undefined) continue;
    const living = holders.find(alive);
    if (living === undefined) rmSync(path, { force: true });
    else if (!told) {
      say(`waiting for another set-up of this clone (process ${living}) to end`);
      told = true;
    }
  }
}

/** The process that holds the lock, and its tool; none if it was left without a number; undefined if the lock has just gone or is just being written. */
function readHolders(path) {
  try {
    const holders = readFileSync(path, "utf8").split(" ").map(Number);
    if (holders.every((pid) => pid > 0)) return holders;
    return Date.now() - statSync(path).mtimeMs > 5000 ? [] : undefined;
  } catch {
    return undefined;
  }
}

module.exports = { holdLock, noteTool };
