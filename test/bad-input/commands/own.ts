// The commands that bin/naslab.js answers itself, before anything is compiled; all of them as processes.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { says } from "../said";
import { type CommandCase, really } from "./command-case";

export function own(folder: string): readonly CommandCase[] {
  const file = join(folder, "file");
  writeFileSync(file, "");
  return [
    really("frob", says('"frob"', "unknown command", "use one of setup, lab, install")),
    really("Search", says('"Search"', "unknown command", "use one of setup, lab, install")),
    really("setup --backend gpu", says("gpu", "setup: --backend", "use native or wasm")),
    really("setup --nope", says("--nope", "setup", "see npm start -- setup --help")),
    really("doctor --nope", says("--nope", "doctor", "see --help")),
    really("doctor --user --prefix /x", says("--prefix and --user", "name two places", "use one of them")),
    really("install", says(null, "name the place", "--prefix DIR")),
    really("install --prefix /x --backend cuda", says("cuda", "--backend", "use native or wasm")),
    really(["install", "--python", join(folder, "python")], says("python", "does not run", "name a Python that does")),
    really(["install", "--prefix", file], says(file, "nothing can be installed", "install for yourself by --user")),
    really("uninstall --everything", says("--everything", "uninstall", "see --help")),
  ];
}
