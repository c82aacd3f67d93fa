// The browser that the tests drive: an installed Chrome or Chromium, else Debian's package, else Playwright's download.

const { spawnSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const { delimiter, join } = require("node:path");
const { Problem, causeIn } = require("./setup/problem");
const { ToolFailure, runTool } = require("./setup/tool");

const NAMES = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome"];
const MAC = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const REMEDY =
  "install Chrome or Chromium (Debian: apt-get install chromium) or name one by NASLAB_BROWSER=/path/to/it";

/** Whether a program starts as a browser does. */
function runs(path) {
  return spawnSync(path, ["--version"], { timeout: 30_000 }).status === 0;
}

/** An installed browser's path, or undefined. */
function installedBrowser() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const paths = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...MAC];
  return paths.find((path) => existsSync(path) && runs(path));
}

/**
 * Finds a browser, or installs one.
 * @returns {Promise<string>} its path. Throws a Problem if none is to be had: the tests need it.
 */
async function findBrowser(root, say) {
  const named = process.env.NASLAB_BROWSER;
  if (named) {
    if (runs(named)) return named;
    throw new Problem(`NASLAB_BROWSER=${named} does not run`, REMEDY);
  }
  const found = installedBrowser();
  if (found) return found;
  const log = join(root, ".naslab", "logs", "browser.log");
  const tool = (command, args, env) => runTool(command, args, { cwd: root, log, env, append: true });
  const causes = [];
  for (const [title, attempt] of [
    ["Debian's package chromium", () => fromDebian(tool)],
    ["Playwright's download", () => fromPlaywright(root, tool)],
  ]) {
    say(`browser: none is installed; trying ${title} …`);
    try {
      const path = await attempt();
      if (path && runs(path)) return path;
      causes.push(`${title}: it does not run`);
    } catch (error) {
      if (!(error instanceof ToolFailure || error instanceof Problem)) throw error;
      causes.push(
        `${title}: ${error instanceof ToolFailure ? (causeIn(error.output) ?? error.message) : error.message}`,
      );
    }
  }
  throw new Problem(`there is no browser for the tests (${causes.join("; ")})`, REMEDY);
}

async function fromDebian(tool) {
  if (process.getuid?.() !== 0) throw new Problem("only root can install it", REMEDY);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await tool("apt-get", ["update"], env);
  await tool("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], env);
  return installedBrowser();
}

async function fromPlaywright(root, tool) {
  const folder = join(root, "node_modules", "playwright-core");
  await tool(process.execPath, [join(folder, "cli.js"), "install", "chromium"]);
  return require(folder).chromium.executablePath();
}

module.exports = { findBrowser };
