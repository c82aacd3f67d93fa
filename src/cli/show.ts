// naslab show: draws a run from its folder.
import { display } from "../display";
import { DISPLAY } from "../display/bundle";
import { UserError } from "../errors";
import { program } from "../root";
import { openRun, type Run, readEvents } from "../runs";
import { type Command, oneOf, onlyFolder, readWords } from "./command";
import { print } from "./print";

const figures = {
  history: display.history,
  trajectory: display.trajectory,
  distribution: display.distribution,
  entropy: display.entropy,
  cells: display.cells,
  architecture: (run: Run) => display.architecture(run.architecture),
};

const names = Object.keys(figures) as (keyof typeof figures)[];

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
    const run = openRun(folder);
    if (values.output !== undefined) save(run, name ?? "history", values.output);
    else await print(name ? figures[name](run).text : await whole(run, folder));
    return 0;
  },
};

async function whole(run: Run, folder: string): Promise<string> {
  const summary = (await (run as unknown as { [DISPLAY](): Promise<Record<string, string>> })[DISPLAY]())["text/plain"];
  const events = readEvents(folder).filter(({ event }) => !QUIET.includes(event));
  const log = events.map(({ time, event, ...record }) => `${time}  ${event.padEnd(10)}  ${JSON.stringify(record)}`);
  const tables = run.history.length > 0 ? [display.history(run).text, display.distribution(run).text] : [];
  return [summary, ...tables, ["What happened:", ...log].join("\n")].join("\n\n");
}

function save(run: Run, name: keyof typeof figures, file: string): void {
  try {
    figures[name](run).save(file);
  } catch (error) {
    if (error instanceof RangeError || error instanceof UserError || (error as NodeJS.ErrnoException).code)
      throw new UserError(`--output ${file}: ${(error as Error).message}`);
    throw error;
  }
}
