// naslab runs: lists the runs of a folder.
import { textTable } from "../display/words";
import { program } from "../root";
import { type RunOverview, runsIn } from "../runs/overview";
import { type Command, onlyFolder, readWords } from "./command";
import { print } from "./print";

export const runs: Command = {
  help: `Usage: ${program} runs DIR [--json]

Lists the runs that search --folder has made in DIR: how far each is, and what it has found.

  --json  an array of objects instead of a table`,

  async run(words) {
    const { values, positionals } = readWords(words, { json: { type: "boolean", default: false } }, true);
    const list = runsIn(onlyFolder(positionals, "runs"));
    await print(values.json ? JSON.stringify(list, null, 2) : table(list));
    return 0;
  },
};

function table(list: readonly RunOverview[]): string {
  if (list.length === 0) return "No run is in this folder; search --folder makes one.";
  const head = ["run", "method", "space", "data", "epochs", "accuracy", "status", "architecture"];
  const rows = list.map(({ run, method, space, data, epochs, accuracy, status, architecture }) => [
    run,
    method ?? "",
    space ?? "",
    data ?? "",
    epochs ? `${epochs.done}/${epochs.planned}` : "",
    accuracy === null ? "" : `${(100 * accuracy).toFixed(1)} %`,
    status,
    architecture ?? "",
  ]);
  return textTable([head, ...rows]);
}
