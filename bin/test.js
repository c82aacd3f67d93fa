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
const SOAK = ["test/runs/kill.test.ts", "test/bench/soak.test.ts"];

/** The compiled files of the tests. Made from the sources, because dist may hold tests that are gone. */
function compiledTests(words) {
  const sources =
    words.length > 0 ? words : filesBelow(join(root, "test"), ".test.ts").map((path) => relative(root, path));
  return sources.map((path) => join(root, "dist", path.replace(/\.ts$/, ".js")));
}

/** Runs Node's test runner on the files; resolves with its exit code. */
function runTests(files, browser) {
  // One at a time: TensorFlow and the browser take all cores by themselves.
  const args = ["--test", "--test-concurrency=1", "--test-reporter=spec", ...files];
  const runner = spawn(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, NASLAB_BROWSER: browser },
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => runner.kill(signal));
  return new Promise((resolve, reject) => {
    runner.on("error", reject);
    runner.on("exit", (code) => resolve(code ?? 130));
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
