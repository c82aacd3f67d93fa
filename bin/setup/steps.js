// Takes the steps of set-up in order: skips what is done, says what it does and how long it took, and keeps what is done on failure.

const { existsSync } = require("node:fs");
const { join, relative } = require("node:path");
const { holdLock, noteTool } = require("./lock");
const { Problem, causeIn, remedyFor } = require("./problem");
const { Stamps } = require("./stamps");
const { ToolFailure, runTool } = require("./tool");

/**
 * @typedef {object} Step
 * @property {string} name of its stamp and its log
 * @property {string} title as printed
 * @property {string} doing what it does, as printed
 * @property {string} remedy what helps if its tool fails
 * @property {() => unknown} inputs plain data that its result depends on
 * @property {() => string[]} outputs paths that it makes
 * @property {(tool: (command: string, args: string[], options?: object) => Promise<void>) => unknown} run
 */

/** Set-up of one clone. */
class Setup {
  /** @param {{ root: string, say?: (line: string) => void }} options */
  constructor({ root, say = (line) => console.error(`naslab: ${line}`) }) {
    this.root = root;
    this.say = say;
    this.stamps = new Stamps(root);
  }

  /** Whether nothing is left to do for a step. */
  isDone(step) {
    const stamp = this.stamps.read(step.name, step.inputs());
    return stamp !== null && !stamp.problem && step.outputs().every((path) => existsSync(path));
  }

  /**
   * Takes what is left of the steps. A problem in a required step is thrown; one in the optional steps ends these and is returned.
   * @param {{ required: Step[], optional?: Step[], verbose?: boolean, retry?: boolean }} plan
   *   verbose: also tell what is up to date; retry: try again what is known to fail
   * @returns {Promise<Problem | null>}
   */
  async take({ required, optional = [], verbose = false, retry = false }) {
    const options = { verbose, retry };
    if ([...required, ...optional].every((step) => this.isDone(step))) {
      if (verbose) for (const step of [...required, ...optional]) this.say(`${step.title}: up to date`);
      return null;
    }
    const release = await holdLock(this.root, this.say);
    process.once("exit", release);
    try {
      for (const step of required) await this.takeOne(step, options);
      return await this.takeOptional(optional, options);
    } finally {
      process.off("exit", release);
      release();
    }
  }

  async takeOptional(steps, options) {
    try {
      for (const step of steps) await this.takeOne(step, options);
      return null;
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  }

  /** @param {Step} step */
  async takeOne(step, { verbose, retry }) {
    if (this.isDone(step)) {
      if (verbose) this.say(`${step.title}: up to date`);
      return;
    }
    const inputs = step.inputs();
    const known = this.stamps.read(step.name, inputs)?.problem;
    if (known && !retry) throw new Problem(known.cause, known.remedy, { lasting: true });
    this.stamps.remove(step.name);
    this.say(`${step.title}: ${step.doing} …`);
    const start = performance.now();
    try {
      await this.run(step);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { message: cause, remedy, lasting } = error;
      if (lasting) this.stamps.write(step.name, inputs, { problem: { cause, remedy } });
      throw error;
    }
    this.stamps.write(step.name, inputs);
    this.say(`${step.title}: done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }

  async run(step) {
    const log = join(this.root, ".naslab", "logs", `${step.name}.log`);
    let append = false; // one log for all tools of the step
    const tool = (command, args, options = {}) => {
      const started = (pid) => noteTool(this.root, pid);
      const told = runTool(command, args, { cwd: this.root, log, append, started, ...options });
      append = true;
      return told;
    };
    try {
      await step.run(tool);
    } catch (error) {
      if (!(error instanceof ToolFailure)) throw error;
      const where = `(output: ${relative(this.root, log)})`;
      throw new Problem(
        `${step.title}: ${causeIn(error.output) ?? error.message}`,
        `${remedyFor(error.output, step.remedy)} ${where}`,
      );
    }
    const missing = step.outputs().find((path) => !existsSync(path));
    if (missing) throw new Problem(`${step.title}: ${relative(this.root, missing)} was not made`, step.remedy);
  }
}

module.exports = { Setup };
