// What was installed into a place stands in a list there, so that exactly that can be removed.

const {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  statSync,
} = require("node:fs");
const { dirname, join, relative, resolve } = require("node:path");
const { writeWhole } = require("../setup/stamps");
const { BadInput } = require("./place");

const listFile = ({ data }) => join(data, "naslab", "installed.json");

/** What is installed in a place: { version, root, files, folders }, or null; with absolute paths, which are relative to the list's folder in it. */
function installedIn(place) {
  const path = listFile(place);
  if (!existsSync(path)) return null;
  const { version, root, files, folders } = JSON.parse(readFileSync(path, "utf8"));
  const absolute = (paths) => paths.map((relativePath) => resolve(dirname(path), relativePath));
  return { version, root, files: absolute(files), folders: absolute(folders) };
}

/** Changes nothing. @throws BadInput if something cannot be written, or belongs to somebody else */
function refuseUnwritable(place, paths) {
  const own = installedIn(place)?.files ?? [];
  const foreign = paths.find((path) => existsSync(path) && !own.includes(path));
  if (foreign)
    throw new BadInput(
      `${foreign} is there and was not installed by this command; remove it, if nobody needs it, and repeat`,
    );
  for (const path of [...paths, listFile(place)]) {
    const folder = nearestFolder(dirname(path));
    try {
      if (!statSync(folder).isDirectory()) throw new Error("it is no folder");
      accessSync(folder, constants.W_OK | constants.X_OK);
    } catch (error) {
      const cause = error.code === "EACCES" ? "you may not write there" : error.message;
      throw new BadInput(
        `nothing can be installed into ${folder}: ${cause}; install for yourself by --user, or as somebody who may write there`,
      );
    }
  }
}

function nearestFolder(folder) {
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

/** Writes all files and their list; takes away what an earlier version had and this one has not. */
function install(place, { root, version, parts }) {
  const paths = [...parts.keys()];
  refuseUnwritable(place, paths);
  const list = listFile(place);
  const before = installedIn(place) ?? { files: [], folders: [] };
  const folders = union(
    before.folders,
    [...paths, list].flatMap((path) => missingFolders(dirname(path))),
  );
  const write = (files) => {
    const relativeTo = (path) => relative(dirname(list), path);
    const note = { version, root, files: files.map(relativeTo), folders: folders.map(relativeTo) };
    writeWhole(list, `${JSON.stringify(note, null, 2)}\n`);
  };
  write(union(before.files, paths)); // should this be cut off, all of it can be removed
  for (const [path, content] of parts) writeWhole(path, content);
  for (const path of before.files) if (!parts.has(path)) rmSync(path, { force: true });
  write(paths);
}

const union = (a, b) => [...new Set([...a, ...b])];

/** A folder and those around it, as far as they do not exist. */
function missingFolders(folder) {
  return existsSync(folder) ? [] : [folder, ...missingFolders(dirname(folder))];
}

/** Removes what the list names: files, and folders that installing made, where they are empty. @returns {boolean} whether there was anything */
function uninstall(place) {
  const installed = installedIn(place);
  if (!installed) return false;
  for (const path of [...installed.files, listFile(place)]) rmSync(path, { force: true });
  const inner = (a, b) => b.length - a.length;
  for (const folder of installed.folders.sort(inner))
    if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
  return true;
}

module.exports = { install, installedIn, refuseUnwritable, uninstall };
