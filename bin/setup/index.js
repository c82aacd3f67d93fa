// Set-up of a clone, or of the package that npm has installed: which steps a command needs, which backend is set up, and what an interrupt does.

const { accessSync, constants, existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { isClone, program, setUpCommand } = require("../program");
const { binding } = require("./binding");
const { compile } = require("./compile");
const { compiler } = require("./compiler");
const { dependencies } = require("./dependencies");
const { jupyterlab } = require("./jupyterlab");
const { kernel } = require("./kernel");
const { labextension } = require("./labextension");
const { link } = require("./link");
const { papermill } = require("./papermill");
const { Problem } = require("./problem");
const { python } = require("./python");
const { writeWhole } = require("./stamps");
const { Setup } = require("./steps");
const { tensorflow } = require("./tensorflow");
const { testPackages } = require("./test-packages");
const { endTools } = require("./tool");

const root = join(__dirname, "..", "..");

/** The backend that was last asked for by name (kept for later commands), or undefined. */
const choiceFile = join(root, ".naslab", "backend");
const chosenBackend = () => (existsSync(choiceFile) ? readFileSync(choiceFile, "utf8") : undefined);

/**
 * The steps that a command needs.
 * @param {"compiled" | "notebooks" | "tests"} needs compiled: what runs without Python; notebooks: all that opens and runs notebooks;
 *   tests: the packages that only the tests use too
 * @param {boolean} native whether to build the native backend
 */
function stepsFor(needs, native) {
  const required = isClone ? [dependencies(root), compile(root), link(root)] : [];
  if (isClone && needs !== "compiled")
    required.push(python(root), jupyterlab(root), kernel(root), labextension(root), papermill(root));
  if (isClone && needs === "tests") required.push(testPackages(root));
  const optional = native ? [compiler(), python(root), tensorflow(root), binding(root)] : [];
  return { required, optional: optional.filter((step) => !required.some(({ name }) => name === step.name)) };
}

/**
 * Brings this clone to where a command can run. Throws a Problem if it cannot.
 * @param {object} options
 * @param {"compiled" | "notebooks" | "tests"} options.needs
 * @param {"native" | "wasm"} [options.backend] asked for by name: native must succeed, wasm needs neither TensorFlow nor a compiler
 * @param {boolean} [options.native] false: this command does without the native backend, whatever was chosen
 * @param {boolean} [options.verbose]
 * @returns {Promise<boolean>} whether the native backend is there
 */
async function setUp({ needs, backend, native = true, verbose = false }) {
  if (backend && mayWrite()) writeWhole(choiceFile, backend);
  const wanted = (backend ?? chosenBackend()) !== "wasm";
  const setup = new Setup({ root });
  const undo = endOnInterrupt(setup.say);
  try {
    const steps = stepsFor(needs, native && wanted);
    const problem = mayWrite()
      ? await setup.take({ ...steps, verbose, retry: backend === "native" })
      : refusal(steps.optional.some((step) => !setup.isDone(step)));
    if (problem && backend === "native") throw problem;
    if (problem && (verbose || !problem.lasting)) {
      setup.say(`no native backend: ${problem.message}`);
      setup.say(`everything works on wasm, only slower; for the native backend ${problem.remedy}`);
      if (!problem.lasting) setup.say(`(to do without it for good: ${setUpCommand} --backend wasm)`);
    }
    if (verbose && !wanted) setup.say(`native backend: left out, as chosen; ${setUpCommand} --backend native adds it`);
    return native && wanted && !problem;
  } catch (error) {
    const done = (what) => stepsFor(what, false).required.every((step) => setup.isDone(step));
    if (error instanceof Problem && done("compiled") && !done("notebooks"))
      setup.say(`notebooks cannot open yet; ${program} search … works, it needs no Python`);
    throw error;
  } finally {
    undo();
  }
}

/** Whether set-up can change this folder; a package that an administrator has installed is not everybody's. A clone says so step by step. */
function mayWrite() {
  try {
    accessSync(root, constants.W_OK);
    return true;
  } catch {
    return isClone;
  }
}

const refusal = (isMissing) =>
  isMissing
    ? new Problem(`you may not write into ${root}`, `let its owner run ${setUpCommand}`, { lasting: true })
    : null;

/** While set-up runs, an interrupt ends its tools and us. */
function endOnInterrupt(say) {
  const end = async () => {
    say("interrupted; what is done is kept, the same command goes on from here");
    await endTools();
    process.exit(130);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}

/** Prints a Problem in two lines. */
function tellProblem(problem) {
  console.error(`naslab: ${problem.message}`);
  console.error(`naslab: what helps: ${problem.remedy}`);
}

module.exports = { setUp, endOnInterrupt, tellProblem, Problem, root };
