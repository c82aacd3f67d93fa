// naslab resume, show and runs; search --folder.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { says } from "../said";
import { type CommandCase, really, refused } from "./command-case";

export function runs(folder: string): readonly CommandCase[] {
  const below = (name: string, settings?: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    if (settings !== undefined) writeFileSync(join(folder, name, "settings.json"), settings);
    return join(folder, name);
  };
  const empty = below("empty");
  const torn = below("torn", '{"schema": 1');
  const newer = below("newer", '{"schema": 99}');
  return [
    really("resume", says("got 0", "one folder", "for example: npm start -- resume")),
    refused("resume a b", says("got 2", "one folder", "for example: npm start -- resume")),
    really(["resume", empty], says("empty", "settings.json", "name a folder that search --folder has made")),
    refused(["resume", torn], says("torn", "settings.json", "damaged")),
    refused(["resume", newer], says("99", "newer", "NASLab")),
    refused(["resume", empty, "--seed", "3"], says("--seed", "a run goes on", "start another run")),
    refused("show", says("got 0", "one folder", "for example: npm start -- show")),
    refused(["show", empty], says("empty", "settings.json", "name a folder that search --folder has made")),
    refused(["show", empty, "--figure", "x"], says("x is unknown", "--figure", "use history or")),
    refused("runs", says("got 0", "one folder", "for example: npm start -- runs")),
    refused(["runs", join(folder, "no")], says("no", "there is no such folder", "name one that holds")),
    really(["search", "--folder", folder], says(folder, "holds other files", "name one that is empty")),
    refused(
      ["search", "--folder", join(torn, "settings.json", "x")],
      says("settings.json/x", "cannot be made", "name one"),
    ),
    refused("search --checkpoint-every 5", says("--checkpoint-every", "--folder", "give one")),
    refused("search --checkpoints 3", says("--checkpoints", "--folder", "give one")),
    refused(
      ["search", "--folder", join(folder, "x"), "--checkpoint-every", "often"],
      says("often", "--checkpoint-every", "10min"),
    ),
    refused(
      ["search", "--folder", join(folder, "x"), "--checkpoints", "0"],
      says("--checkpoints 0", "whole number", "at least 1"),
    ),
  ];
}
