// A notebook may lie anywhere: where its folder has no package of our name, its cells import the one that this kernel belongs to.
import { createRequire, Module } from "node:module";
import { delimiter, dirname, join } from "node:path";
import ts from "@tslab/typescript-for-tslab";
import { packageRoot } from "../root";

/** Lends the package to the notebook in this folder, unless it has its own; before the compiler starts. */
export function lendOwnPackage(name: string, folder = process.cwd()): void {
  try {
    createRequire(join(folder, "notebook.js")).resolve(name);
  } catch {
    lendToCompiler(join(folder, "node_modules", name));
    lendToNode(name);
  }
}

/** The compiler finds our files below `lent`, where there are none; it resolves them to where they are. */
function lendToCompiler(lent: string): void {
  const actual = (path: string) =>
    path === lent || path.startsWith(`${lent}/`) ? packageRoot + path.slice(lent.length) : path;
  const { fileExists, directoryExists, readFile, realpath } = ts.sys;
  ts.sys.fileExists = (path) => fileExists(actual(path));
  ts.sys.directoryExists = (path) => directoryExists(actual(path));
  ts.sys.readFile = (path, encoding) => readFile(actual(path), encoding);
  ts.sys.realpath = (path) => realpath!(actual(path));
}

/** Node looks into the folders of NODE_PATH last; we are in one by our own name: beside us where npm installed us, in a clone a link. */
function lendToNode(name: string): void {
  const isInstalled = packageRoot.endsWith(join("node_modules", name));
  const folder = isInstalled ? dirname(packageRoot) : join(packageRoot, "node_modules");
  process.env.NODE_PATH = [process.env.NODE_PATH, folder].filter(Boolean).join(delimiter);
  (Module as unknown as { _initPaths(): void })._initPaths();
}
