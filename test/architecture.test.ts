// The rooms of docs/architecture.md: each imports only from those above it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../src/root";

const source = join(packageRoot, "src");
const rooms = [
  "backend",
  "distributions",
  "spaces",
  "supernet",
  "datasets",
  "methods",
  "proxies",
  "trainer",
  "benchmarks",
  "analysis",
  "runs",
  "display",
  "kernel",
  "labextension",
  "cli",
];
const shared = ["root", "errors", "notebook", "plugin", "logo.svg"];

const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

/** The room, or the file beside the rooms, that a relative import of a file names. */
function imports(file: string): string[] {
  const text = readFileSync(join(source, file), "utf8");
  return [...text.matchAll(/(?:from|import|require)\s*\(?\s*"(\.[^"]*)"/g)].map(
    ([, path]) => relative(source, resolve(source, dirname(file), path)).split("/")[0],
  );
}

test("every folder of src is a room that docs/architecture.md describes, in this order", () => {
  const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(folders.map(({ name }) => name).sort(), [...rooms].sort());
  const table = readFileSync(join(packageRoot, "docs/architecture.md"), "utf8").matchAll(/^\| `(\w+)` *\|/gm);
  assert.deepEqual(
    [...table].map(([, room]) => room),
    rooms,
  );
});

for (const [place, room] of rooms.entries()) {
  test(`${room} imports only from the rooms above it`, () => {
    const allowed = new Set([...rooms.slice(0, place + 1), ...shared]);
    const isAlone = room === "kernel" || room === "labextension"; // the one knows nothing of search, the other nothing of Node
    if (isAlone) for (const above of rooms.slice(0, place)) allowed.delete(above);
    if (room === "cli") allowed.add("index"); // a command uses the package as a notebook does
    const inside = files.filter((file) => file.startsWith(`${room}/`));
    assert.ok(inside.length > 0);
    for (const file of inside)
      for (const used of imports(file)) assert.ok(allowed.has(used) || used === room, `${file} imports ${used}`);
  });
}
