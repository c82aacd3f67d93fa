#!/usr/bin/env node
// npm test: sets up what is missing, finds a browser, then runs every test of the project, the linter among them.

const { spawn } = require("node:child_process");
const { join, relative } = require("node:path");
const { findBrowser } = require("./browser");
const { nodeIsOlderThan } = require("./node-version");
const { Problem, endOnInterrupt, root, setUp, tellProblem } = require("./setup");
const { filesBelow } = require("./setup/stamps");

const say = (line) => console.error(`naslab: ${line}`);

const help = `Usage: npm test [-- FILE …]
       npm run soak

Sets up what is missing (a browser too), then runs all tests, or those of the given files (test/….test.ts).
The second runs at full length those that npm test shortens.`;

/** The tests that are longer with NASLAB_SOAK. */
const SOAK = [
  "test/runs/kill.test.ts",
  "test/bench/soak.test.ts",
  ...["files", "notations", "settings"].map((name) => `test/properties/${name}.test.ts`),
];

/** The compiled files of the tests. Made from the sources, because dist may hold tests that are gone. */
function compiledTests(words) {
  const sources =
    words.length > 0 ? words : filesBelow(join(root, "test"), ".test.ts").map((path) => relative(root, path));
  return sources.map((path) => join(root, "dist", path.replace(/\.ts$/, ".js")));
}

/** The exit code of a run that a signal ended. */
const INTERRUPTED = 130;

/** Folders whose tests wait for a browser or a kernel to answer in time: they have the machine to themselves … */
const ALONE = ["bin", "kernel", "labextension", "notebooks"].map((folder) => join(root, "dist", "test", folder, "/"));
/** … but for those among them that wait for no one. */
const TOGETHER = ["bin/package", "notebooks/headless"].map((file) => join(root, "dist", "test", `${file}.test.js`));

/** Runs all files; resolves with the first exit code that is not 0. */
async function runTests(files, browser) {
  const alone = files.filter((file) => !TOGETHER.includes(file) && ALONE.some((folder) => file.startsWith(folder)));
  const others = files.filter((file) => !alone.includes(file));
  const first = await runFiles(others, 2, browser);
  if (first === INTERRUPTED) return first;
  return (await runFiles(alone, 1, browser)) || first;
}

/** Runs Node's test runner on the files, so many at a time; resolves with its exit code. */
function runFiles(files, atOnce, browser) {
  if (files.length === 0) return 0;
  const args = ["--test", `--test-concurrency=${atOnce}`, "--test-reporter=spec", ...files];
  const runner = spawn(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, NASLAB_BROWSER: browser },
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => runner.kill(signal));
  return new Promise((resolve, reject) => {
    runner.on("error", reject);
    runner.on("exit", (code) => resolve(code ?? INTERRUPTED));
  });
}

async function main(words) {
  if (words.includes("--help") || words.includes("-h")) {
    console.log(help);
    return 0;
  }
  const soak = words.includes("--soak");
  if (soak) process.env.NASLAB_SOAK = "1";
  if (nodeIsOlderThan("20.13")) {
    say(`the tests need Node 20.13 or newer, for its test runner; this is ${process.versions.node}`);
    return 2;
  }
  await setUp({ needs: "tests" });
  const undo = endOnInterrupt(say);
  const browser = await findBrowser(root, say);
  undo();
  say(`browser: ${browser}`);
  return runTests(compiledTests(soak ? SOAK : words), browser);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    if (error instanceof Problem) tellProblem(error);
    else console.error(error);
    process.exitCode = 1;
  },
);
