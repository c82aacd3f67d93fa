// naslab methods: lists the search methods.
import { methods as networkMethods, tabularMethods } from "../methods";
import { program } from "../root";
import { type Command, readWords } from "./command";
import { print } from "./print";

export const methods: Command = {
  help: `Usage: ${program} methods [--json]

Lists the search methods, with the papers they are from.

  --json  an array of objects instead of a table`,

  async run(words) {
    const { values } = readWords(words, { json: { type: "boolean", default: false } });
    const list = describeMethods();
    await print(values.json ? JSON.stringify(list, null, 2) : methodTable(list));
    return 0;
  },
};

/** What every method tells of itself; those that train a network first. */
function describeMethods() {
  const all = [...Object.values(networkMethods), ...Object.values(tabularMethods)];
  return all.map(({ name, title, paper, year, axes, spaces, supernet }) => ({
    name,
    title,
    paper,
    year,
    axes,
    spaces,
    supernet,
  }));
}

function methodTable(list: ReturnType<typeof describeMethods>): string {
  const width = Math.max(...list.map(({ name }) => name.length)) + 2;
  return list
    .map(({ name, title, paper, year, supernet }) => {
      const how = supernet ? "trains a network" : "asks a benchmark";
      return `${name.padEnd(width)}${title}: ${how}\n${"".padEnd(width)}${paper} (${year})`;
    })
    .join("\n");
}
