// The package that `npm pack` makes: what is in it, how it resolves, and that it installs itself into a clean prefix, where a notebook runs.
import assert from "node:assert/strict";
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { after, before, test } from "node:test";
import { packageRoot } from "../../src/root";
import { checkOutputs } from "../notebooks/figures";
import { notebookOf, readNotebook } from "../notebooks/notebook";

const MEGABYTE = 1e6;

/** What installing can build on this machine: what set-up could. */
const BINDING = "node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node";
const backendHere = existsSync(join(packageRoot, BINDING)) ? "native" : "wasm";

let folder: string;
let app: string; // where somebody has installed the package
let prefix: string; // of the Jupyter that it is for
let tarball: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "naslab-package-"));
  chmodSync(folder, 0o755); // for the test of somebody without permission
  [app, prefix] = ["app", "prefix"].map((name) => join(folder, name)) as [string, string];
  mkdirSync(app);
});
after(() => rmSync(folder, { recursive: true }));

/** The Jupyter of .venv, which looks into the prefix too. */
const environment = () => ({
  ...process.env,
  PATH: [join(packageRoot, ".venv", "bin"), process.env.PATH].join(delimiter),
  JUPYTER_PATH: join(prefix, "share", "jupyter"),
  HOME: folder,
});

function run(command: string, words: readonly string[], options: object = {}): SpawnSyncReturns<string> {
  return spawnSync(command, words, { cwd: app, encoding: "utf8", env: environment(), ...options });
}

function expectDone({ status, stdout, stderr }: SpawnSyncReturns<string>): string {
  assert.equal(status, 0, stdout + stderr);
  return stdout + stderr;
}

const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
const runNpm = (words: readonly string[], options: object = {}) =>
  run(npm[0]!, [...npm.slice(1), ...words], { env: process.env, ...options });
const naslab = (...words: string[]) => run(process.execPath, [join(app, "node_modules", ".bin", "naslab"), ...words]);

/** Every file below a folder, with the hash of its content. */
function contents(place: string): Record<string, string> {
  const files = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const paths = files.map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort();
  const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
  return Object.fromEntries(paths.map((path) => [relative(place, path), hash(path)]));
}

test("the package holds what runs and nothing else", (context) => {
  const [packed] = JSON.parse(
    expectDone(runNpm(["pack", "--json", "--pack-destination", folder], { cwd: packageRoot })),
  );
  tarball = join(folder, packed.filename);
  const paths: string[] = packed.files.map(({ path }: { path: string }) => path);
  const unwanted =
    /(^|\/)(test|bench|node_modules)\/|\.test\.|\.ipynb$|\.(png|jpe?g|map|safetensors|tgz)$|\.naslab|\.venv/;
  assert.deepEqual(
    paths.filter((path) => unwanted.test(path)),
    [],
  );
  const allowed =
    /^(README\.md|LICENSE|package\.json|requirements-tensorflow[a-z-]*\.txt)$|^(bin|data|dist\/src|dist\/labextension|src\/backend\/binding|src\/kernel)\/|^src\/logo\.svg$/;
  assert.deepEqual(
    paths.filter((path) => !allowed.test(path)),
    [],
  );
  const sources = Object.keys(contents(join(packageRoot, "src"))).filter(
    (path) => /(?<!\.d)\.ts$/.test(path) && !path.startsWith("labextension/"),
  );
  const compiled = sources.map((path) => `dist/src/${path.replace(/\.ts$/, ".js")}`).sort();
  assert.deepEqual(paths.filter((path) => /^dist\/src\/.*\.js$/.test(path)).sort(), compiled);
  context.diagnostic(
    `${packed.filename}: ${(statSync(tarball).size / MEGABYTE).toFixed(1)} MB, ${(packed.unpackedSize / MEGABYTE).toFixed(1)} MB unpacked, ${paths.length} files`,
  );
  assert.ok(paths.includes("LICENSE"));
  assert.ok(statSync(tarball).size < 5 * MEGABYTE);
});

test("its types resolve under Node10, Node16 and bundler resolution, from CommonJS and ES modules", async () => {
  const { checkPackage, createPackageFromTarballData } = await import("@arethetypeswrong/core");
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  assert.ok(analysis.types, "it has types");
  assert.deepEqual(analysis.problems, []);
  const { resolutions } = analysis.entrypoints["."]!;
  assert.deepEqual(Object.keys(resolutions).sort(), ["bundler", "node10", "node16-cjs", "node16-esm"]);
  for (const { resolution } of Object.values(resolutions))
    assert.match(resolution!.fileName, /naslab\/dist\/src\/index\.d\.ts$/);
});

test("npm installs it into an empty folder, where CommonJS and ES modules import it", () => {
  expectDone(runNpm(["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", tarball]));
  writeFileSync(join(app, "use.cjs"), 'console.log(require("naslab").spaces.nasBench201().edges.length);');
  writeFileSync(
    join(app, "use.mjs"),
    'import { spaces } from "naslab"; console.log(spaces.nasBench201().edges.length);',
  );
  for (const file of ["use.cjs", "use.mjs"]) assert.equal(expectDone(run(process.execPath, [file])), "6\n");
});

test("it has the commands that an installed package can do, and says what is wrong with their words", () => {
  const help = expectDone(naslab("--help"));
  for (const name of ["install", "uninstall", "doctor", "search"]) assert.match(help, new RegExp(`^ {2}${name} `, "m"));
  assert.doesNotMatch(help, /setup|bench/);
  const searchHelp = expectDone(naslab("search", "--help"));
  assert.match(searchHelp, /^Usage: npx naslab search/);
  assert.doesNotMatch(help + searchHelp, /npm start/);
  const refused: [string[], RegExp][] = [
    [["install"], /name the place: --prefix DIR, --user/],
    [["install", "--prefix", prefix, "--user"], /--prefix and --user name two places/],
    [["install", "--prefix", prefix, "--backend", "cuda"], /--backend cuda is unknown; use native or wasm/],
    [["install", "--into", prefix], /--into/],
    [["uninstall"], /knows no place/],
    [["install", "--python", join(folder, "no-python")], /no-python does not run; name a Python/],
    [["lab"], /unknown command "lab"; use one of install, uninstall, doctor/],
  ];
  for (const [words, message] of refused) {
    const { status, stderr } = naslab(...words);
    assert.equal(status, 2, words.join(" "));
    assert.match(stderr.trim(), message);
    assert.equal(stderr.trim().split("\n").length, 1);
  }
  assert.ok(!existsSync(prefix));
});

test("where nobody may write, installing changes nothing and says so", (context) => {
  if (process.getuid?.() !== 0) return context.skip("only root can act as somebody else");
  mkdirSync(prefix);
  const nobody = { uid: 65534, gid: 65534 };
  const words = [
    join(app, "node_modules", "naslab", "bin", "naslab.js"),
    "install",
    "--prefix",
    prefix,
    "--backend",
    "wasm",
  ];
  const { status, stderr } = run(process.execPath, words, nobody);
  assert.equal(status, 2);
  assert.match(
    stderr,
    /nothing can be installed into .*prefix: you may not write there; install for yourself by --user/,
  );
  assert.deepEqual(readdirSync(prefix), []);
  rmSync(prefix, { recursive: true });
});

test("install puts kernel and plugin in place, a notebook runs there, doctor finds no fault", () => {
  const other = join(prefix, "share", "jupyter", "kernels", "other");
  mkdirSync(other, { recursive: true });
  writeFileSync(join(other, "kernel.json"), "{}");
  expectDone(naslab("install", "--prefix", prefix));
  const installed = Object.keys(contents(prefix));
  for (const file of ["kernels/naslab/kernel.json", "labextensions/naslab/package.json", "kernels/other/kernel.json"])
    assert.ok(installed.includes(join("share/jupyter", file)), file);

  const anywhere = join(folder, "notebooks");
  mkdirSync(anywhere);
  const search = `
import { datasets, drnas, spaces } from "naslab";
const data = (await datasets.fashionMnist()).take({ train: 64 });
const run = drnas(spaces.nasBench201(), data, { channels: 4, cells: 1, epochs: 1, batch: 16 });
await run.stage();
run.distribution`;
  const backend = 'run.backend + " from " + require.resolve("naslab")';
  writeFileSync(join(anywhere, "search.ipynb"), JSON.stringify(notebookOf(search, backend)));
  const convert = ["nbconvert", "--to", "notebook", "--execute", "--output", "out.ipynb", "search.ipynb"];
  expectDone(run("jupyter", convert, { cwd: anywhere }));
  const [first, second] = readNotebook(join(anywhere, "out.ipynb")).cells;
  assert.ok(checkOutputs(first!.outputs!).length >= 2, "the live display's last figure, and the distribution's");
  const told = String(second!.outputs![0]!.data!["text/plain"]);
  assert.ok(told.includes(`${backendHere} from ${join(app, "node_modules", "naslab")}`), told);

  const found = expectDone(naslab("doctor"));
  assert.match(found, /ok +the kernel starts and answers\nok +the plugin is enabled/);
  assert.match(
    found,
    backendHere === "native" ? /ok +backend: native, / : /note +backend: wasm, .*\n.*--backend native/,
  );
});

test("doctor says what is broken and what helps", () => {
  const file = join(prefix, "share", "jupyter", "kernels", "naslab", "kernel.json");
  const whole = readFileSync(file, "utf8");
  writeFileSync(file, whole.replace("main.js", "gone.js"));
  const { status, stdout } = naslab("doctor");
  assert.equal(status, 1);
  assert.match(stdout, /WRONG the kernel: .*gone\.js is gone\n.*what helps: npx naslab install/);
  writeFileSync(file, whole);
});

test("installing again replaces what is there, and uninstall removes exactly what was installed", () => {
  expectDone(naslab("install", "--prefix", prefix, "--backend", "wasm"));
  assert.match(expectDone(naslab("uninstall")), /removed from/);
  assert.deepEqual(Object.keys(contents(prefix)), ["share/jupyter/kernels/other/kernel.json"]);
  assert.deepEqual(readdirSync(join(prefix, "share", "jupyter")), ["kernels"]);
  const { status, stdout } = naslab("doctor");
  assert.equal(status, 1);
  assert.match(stdout, /WRONG it is installed in no Jupyter/);
});
