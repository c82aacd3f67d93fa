#!/usr/bin/env node
// Builds the JupyterLab plugin out of src/labextension into dist/labextension: a prebuilt extension, as JupyterLab 4 loads it without Node.

const { mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { basename, join } = require("node:path");
const esbuild = require("esbuild");

const root = join(__dirname, "..");
const source = join(root, "src", "labextension");
const target = join(root, "dist", "labextension");
/** The modules that JupyterLab asks the container for. */
const MODULES = ["extension", "mime"];

const common = {
  bundle: true,
  minify: true,
  target: "es2022",
  outdir: join(target, "static"),
  entryNames: "[name].[hash]", // browsers keep what has the same name
  metafile: true,
  legalComments: "linked",
  logLevel: "warning",
  loader: { ".css": "text", ".svg": "text" },
};

/** The name of the file that was built of an entry point. */
function fileOf({ outputs }, entry) {
  const found = Object.entries(outputs).find(([, output]) => output.entryPoint?.endsWith(`/${entry}`));
  return basename(found[0]);
}

async function build() {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const { metafile: modules } = await esbuild.build({
    ...common,
    entryPoints: MODULES.map((name) => join(source, `${name}.ts`)),
    format: "esm",
    splitting: true,
    chunkNames: "[name].[hash]",
  });
  const files = Object.fromEntries(MODULES.map((name) => [`./${name}`, `./${fileOf(modules, `${name}.ts`)}`]));
  const { metafile: container } = await esbuild.build({
    ...common,
    entryPoints: { remoteEntry: join(source, "container.ts") },
    format: "iife",
    define: { FILES: JSON.stringify(files) },
  });
  write("package.json", description(`static/${fileOf(container, "container.ts")}`));
  write("install.json", {
    packageManager: "npm",
    packageName: "naslab",
    uninstallInstructions: "Run: npx naslab uninstall",
  });
}

/** The package.json by which JupyterLab finds the plugin. */
function description(load) {
  const { name, version, description, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const _build = { load, ...Object.fromEntries(MODULES.map((name) => [ROLES[name], `./${name}`])) };
  return { name, version, description, license, jupyterlab: { _build } };
}

const ROLES = { mime: "mimeExtension", extension: "extension" };

const write = (name, data) => writeFileSync(join(target, name), `${JSON.stringify(data, null, 2)}\n`);

build().catch((error) => {
  if (!error.errors) console.error(error); // esbuild has told its own
  process.exitCode = 1;
});
