// naslab spaces: lists the search spaces.

import { program } from "../root";
import { type SearchSpace, spacesByName } from "../spaces";
import { type Command, readWords } from "./command";
import { print } from "./print";

export const spaces: Command = {
  help: `Usage: ${program} spaces [--json]

Lists the search spaces: how many architectures each has, of which operations, and the papers' networks.

  --json  an array of objects instead of a table`,

  async run(words) {
    const { values } = readWords(words, { json: { type: "boolean", default: false } });
    const list = Object.values(spacesByName);
    await print(values.json ? JSON.stringify(list.map(document), null, 2) : list.map(summary).join("\n"));
    return 0;
  },
};

const document = ({ name, title, paper, size, operations, ...space }: SearchSpace) => ({
  name,
  title,
  paper,
  size,
  operations,
  cells: space.cells.map((cell) => ({
    name: cell.name,
    nodes: cell.nodes,
    edges: space.edges.filter((edge) => edge.cell === cell.name).length,
  })),
  search: space.search,
  final: space.final,
  image: space.image,
  classes: space.classes,
});

function summary({ name, title, paper, size, operations, edges }: SearchSpace): string {
  const indent = "".padEnd(16);
  return `${name.padEnd(16)}${title}: ${sizeInWords(size)} architectures, ${edges.length} ${edges.every(({ carries }) => carries) ? "edges" : "choices"}
${indent}${operations.join(", ")}
${indent}${paper}`;
}

/** Whole as long as a reader can take it in. */
const sizeInWords = (size: number): string =>
  size < 1e9 ? size.toLocaleString("en-US") : size.toExponential(2).replace("e+", " · 10^");
