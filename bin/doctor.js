// naslab doctor: checks each part of an installation and says the remedy.

const { spawnSync } = require("node:child_process");
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { stripVTControlCharacters } = require("node:util");
const { knownPlaces } = require("./install");
const { answers } = require("./jupyter/kernel-answers");
const { help: places, placeOf, readWords } = require("./jupyter/place");
const { isClone, setUpCommand } = require("./program");
const { root } = require("./setup");

const help = `Usage: npx naslab doctor [PLACE]

Checks the package, the native backend and, in each place that NASLab is installed in, Jupyter, the kernel and the plugin;
says what helps where something is wrong, and ends with exit code 1 then. PLACE is one of:

${places}`;

/**
 * What a check found.
 * @typedef {object} Finding
 * @property {"ok" | "note" | "wrong"} state note: it works, and could be better
 * @property {string} says
 * @property {string} [remedy]
 */
const ok = (says) => ({ state: "ok", says });
const note = (says, remedy) => ({ state: "note", says, remedy });
const wrong = (says, remedy) => ({ state: "wrong", says, remedy });

async function run(words) {
  const place = placeOf(readWords(words));
  const chosen = place ? [place] : isClone ? [{ data: join(root, ".venv", "share", "jupyter") }] : knownPlaces();
  let failed = false;
  const tell = ({ state, says, remedy }) => {
    failed ||= state === "wrong";
    console.log(
      `${{ ok: "ok   ", note: "note ", wrong: "WRONG" }[state]} ${says}${remedy ? `\n      what helps: ${remedy}` : ""}`,
    );
  };
  tell(ok(`naslab ${versionIn(join(root, "package.json"))} in ${root}, Node ${process.versions.node}`));
  tell(backend());
  if (chosen.length === 0) tell(wrong("it is installed in no Jupyter", setUpCommand));
  for (const { data } of chosen) {
    tell(ok(`in ${data}:`));
    const jupyter = jupyterOf(data);
    tell(lab(jupyter));
    tell(await kernel(jupyter, data));
    tell(plugin(jupyter, data));
  }
  return failed ? 1 : 0;
}

const versionIn = (path) => JSON.parse(readFileSync(path, "utf8")).version;

function backend() {
  const script = `const { useBackend, device } = require(${JSON.stringify(join(root, "dist", "src", "backend"))});
    useBackend().then((name) => console.log(name + ", " + device()));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  const [name] = stdout.split(",");
  const native = `${setUpCommand} --backend native`;
  if (status !== 0) return wrong(`backend: ${stderr.trim().split("\n").at(-1)}`, native);
  if (name === "native") return ok(`backend: ${stdout.trim()}`);
  return note(`backend: ${stdout.trim()}; the native one is several times as fast`, native);
}

/** The program jupyter of the environment that the data folder belongs to, else that of PATH. */
function jupyterOf(data) {
  const beside = join(data, "..", "..", "bin", "jupyter");
  return existsSync(beside) ? beside : "jupyter";
}

function ask(jupyter, ...words) {
  const { status, stdout, stderr } = spawnSync(jupyter, words, { encoding: "utf8", timeout: 60_000 });
  return { isOk: status === 0, stdout: stdout ?? "", stderr: stderr ?? "" };
}

function lab(jupyter) {
  const { isOk, stdout } = ask(jupyter, "lab", "--version");
  const remedy = "install JupyterLab 4 there (pip install 'jupyterlab>=4'), or install NASLab where it is";
  if (!isOk) return wrong(`JupyterLab: ${jupyter} has none`, remedy);
  const version = stdout.trim();
  return Number.parseInt(version, 10) >= 4
    ? ok(`JupyterLab ${version}`)
    : wrong(`JupyterLab ${version} is too old`, remedy);
}

async function kernel(jupyter, data) {
  const file = join(data, "kernels", "naslab", "kernel.json");
  if (!existsSync(file)) return wrong("the kernel is not there", setUpCommand);
  const { argv } = JSON.parse(readFileSync(file, "utf8"));
  const gone = argv.slice(0, 2).find((path) => !existsSync(path));
  if (gone) return wrong(`the kernel: ${gone} is gone`, setUpCommand);
  const { isOk, stdout } = ask(jupyter, "kernelspec", "list", "--json");
  const seen = isOk && JSON.parse(stdout).kernelspecs.naslab?.resource_dir;
  if (seen !== join(data, "kernels", "naslab"))
    return wrong(
      seen ? `the kernel: Jupyter takes the one in ${seen}` : `the kernel: Jupyter does not look into ${data}`,
      seen ? "uninstall that one, or this" : "install it by --python with the Python of your Jupyter",
    );
  const failure = await answers(argv);
  return failure ? wrong(`the kernel: ${failure}`, setUpCommand) : ok("the kernel starts and answers");
}

function plugin(jupyter, data) {
  const file = join(data, "labextensions", "naslab", "package.json");
  if (!existsSync(file)) return wrong("the plugin is not there", setUpCommand);
  const [version, own] = [versionIn(file), versionIn(join(root, "package.json"))];
  if (version !== own) return wrong(`the plugin has version ${version}, the package ${own}`, setUpCommand);
  const { stdout, stderr } = ask(jupyter, "labextension", "list");
  const line = stripVTControlCharacters(stdout + stderr)
    .split("\n")
    .find((text) => /^\s*naslab v/.test(text));
  if (!line)
    return wrong("the plugin: JupyterLab does not see it", "install it by --python with the Python of your Jupyter");
  if (/enabled\s+OK/.test(line)) return ok("the plugin is enabled");
  return wrong(`the plugin: JupyterLab says "${line.trim()}"`, `${jupyter} labextension enable naslab`);
}

module.exports = { help, run };
