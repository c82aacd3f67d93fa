// naslab show: draws a run from its folder.
import { DISPLAY } from "../display/bundle";
import { UserError } from "../errors";
import { program } from "../root";
import type { Run } from "../runs";
import { readEvents } from "../runs/event-log";
import { readSettings } from "../runs/settings-file";
import { type Command, oneOf, onlyFolder, readWords } from "./command";
import { print } from "./print";

/** The figures of a run that have a name here. */
const names = ["history", "trajectory", "distribution", "entropy", "cells", "architecture"] as const;
type Name = (typeof names)[number];

/** Events that are told one by one. */
const QUIET = ["step", "epoch"];

export const show: Command = {
  help: `Usage: ${program} show RUN [--figure NAME] [--output FILE]

Shows a run from its folder alone, at its newest checkpoint: epochs, distribution, architecture, and what happened.

  --figure NAME  only this: ${names.join(", ")}
  --output FILE  the figure as a picture (default: history), FILE ending in .svg, .png, or .json for Vega-Lite`,

  async run(words) {
    const { values, positionals } = readWords(words, { figure: { type: "string" }, output: { type: "string" } }, true);
    const name = values.figure === undefined ? null : oneOf("figure", values.figure, names);
    const folder = onlyFolder(positionals, "show");
    readSettings(folder); // what is no run is said before TensorFlow is loaded
    const { openRun } = await import("../runs/index.js");
    const run = openRun(folder);
    if (values.output !== undefined) await save(run, name ?? "history", values.output);
    else await print(name ? (await figureOf(run, name)).text : await whole(run, folder));
    return 0;
  },
};

async function figureOf(run: Run, name: Name) {
  const { display } = await import("../display/index.js");
  return name === "architecture" ? display.architecture(run.architecture) : display[name](run);
}

async function whole(run: Run, folder: string): Promise<string> {
  const { display } = await import("../display/index.js"); // a run shows itself by it
  const summary = (await (run as unknown as { [DISPLAY](): Promise<Record<string, string>> })[DISPLAY]())["text/plain"];
  const events = readEvents(folder).filter(({ event }) => !QUIET.includes(event));
  const log = events.map(({ time, event, ...record }) => `${time}  ${event.padEnd(10)}  ${JSON.stringify(record)}`);
  const tables = run.history.length > 0 ? [display.history(run).text, display.distribution(run).text] : [];
  return [summary, ...tables, ["What happened:", ...log].join("\n")].join("\n\n");
}

async function save(run: Run, name: Name, file: string): Promise<void> {
  try {
    (await figureOf(run, name)).save(file);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`--output ${file}: ${error.message}`);
    throw error;
  }
}
