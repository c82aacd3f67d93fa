// naslab install and naslab uninstall: the kernel and the plugin for a Jupyter that is there already.

const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { install, refuseUnwritable, uninstall } = require("./jupyter/installed");
const { partsFor } = require("./jupyter/parts");
const { BadInput, help: places, placeOf, readWords } = require("./jupyter/place");
const { root, setUp } = require("./setup");
const { writeWhole } = require("./setup/stamps");

const installHelp = `Usage: npx naslab install PLACE [--backend native|wasm]

Puts NASLab's kernel and its JupyterLab plugin where a Jupyter that you have finds them, and builds the native backend
(TensorFlow's library and the binding, inside this package's folder). PLACE is one of:

${places}

  --backend native   fail if the native backend cannot be built
  --backend wasm     leave TensorFlow and the compiler out`;

const uninstallHelp = `Usage: npx naslab uninstall [PLACE]

Removes exactly what naslab install has put into a place, or without PLACE into all of them. PLACE is one of:

${places}`;

/** Where this package has installed itself. */
const note = join(root, ".naslab", "places.json");
const knownPlaces = () => (existsSync(note) ? JSON.parse(readFileSync(note, "utf8")) : []);
function remember(known) {
  try {
    writeWhole(note, `${JSON.stringify(known, null, 2)}\n`);
  } catch (error) {
    if (error.code !== "EACCES" && error.code !== "EROFS") throw error; // it is another's package; the place can be named then
  }
}
const without = ({ data }) => knownPlaces().filter((place) => place.data !== data);

async function runInstall(words) {
  const values = readWords(words, { backend: { type: "string" } });
  const { backend } = values;
  if (backend !== undefined && backend !== "native" && backend !== "wasm")
    throw new BadInput(`--backend ${backend} is unknown; use native or wasm`);
  const place = placeOf(values);
  if (!place) throw new BadInput("name the place: --prefix DIR, --user, --sys-prefix or --python PYTHON (see --help)");
  refuseUnwritable(place, [...partsFor(root, place).keys()]); // before the long part
  const native = await setUp({ needs: "notebooks", backend, verbose: true });
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  install(place, { root, version, parts: partsFor(root, place) });
  remember([...without(place), place]);
  console.error(
    `naslab: the kernel and the plugin are installed in ${place.data} (${native ? "native" : "wasm"} backend)`,
  );
  console.error("naslab: npx naslab doctor checks it, npx naslab uninstall removes it");
  return 0;
}

function runUninstall(words) {
  const place = placeOf(readWords(words));
  const chosen = place ? [place] : knownPlaces();
  if (chosen.length === 0)
    throw new BadInput(
      "this package knows no place that it is installed in; name it, for example --prefix DIR (see --help)",
    );
  for (const one of chosen) {
    const done = uninstall(one);
    remember(without(one));
    console.error(done ? `naslab: removed from ${one.data}` : `naslab: nothing is installed in ${one.data}`);
  }
  return 0;
}

module.exports = {
  install: { help: installHelp, run: runInstall },
  uninstall: { help: uninstallHelp, run: runUninstall },
  knownPlaces,
};
