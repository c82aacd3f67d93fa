// Runs the tools of set-up (npm, pip, the compiler) with their output in a log, and ends them when set-up is interrupted.

const { spawn } = require("node:child_process");
const { closeSync, mkdirSync, openSync, readFileSync } = require("node:fs");
const { dirname } = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");

/** A tool that exited with an error: `output` is the end of what it said. */
class ToolFailure extends Error {
  constructor(command, how, output) {
    super(`${command} ${how}`);
    this.output = output;
  }
}

/** Process groups of the tools that run now. */
const running = new Set();
let interrupted = false;

/**
 * Runs a tool to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, log: string, env?: object, append?: boolean, started?: (pid: number) => void }} options
 *   log: file that gets all its output; started: is told the tool's process
 */
function runTool(command, args, { cwd, log, env = {}, append = false, started = () => {} }) {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, append ? "a" : "w");
  return new Promise((resolve, reject) => {
    const fail = (how) => reject(new ToolFailure(command, how, readFileSync(log, "utf8").slice(-20_000)));
    // Its own process group, so that an interrupt ends npm's and pip's children too.
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", output, output],
      detached: true,
    });
    if (child.pid) {
      running.add(child.pid);
      started(child.pid);
    }
    child.on("error", (error) => fail(`did not start: ${error.message}`));
    child.on("exit", (code, signal) => {
      running.delete(child.pid);
      if (interrupted) return; // the step stays unfinished: endTools decides what comes next
      if (code === 0) resolve();
      else fail(signal ? `was ended by ${signal}` : `exited with ${code}`);
    });
  }).finally(() => closeSync(output));
}

/** Interrupts every tool that runs and waits until they are gone; what still runs after the grace (ms) is killed. */
async function endTools(grace = 5000) {
  interrupted = true;
  signalAll("SIGINT"); // npm, pip and compilers clean up after themselves on this one
  for (const end = Date.now() + grace; running.size > 0 && Date.now() < end; ) await sleep(50);
  signalAll("SIGKILL");
}

function signalAll(signal) {
  for (const group of running) {
    try {
      process.kill(-group, signal);
    } catch {
      // It has just ended by itself.
    }
  }
}

module.exports = { ToolFailure, runTool, endTools };
