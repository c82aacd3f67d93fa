// An architecture's cell as a graph: the operation on every edge, its string, its accuracies in the benchmark.
import type { BenchmarkEntry } from "../benchmarks";
import type { Architecture } from "../spaces";
import { Figure } from "./figure";
import { card, edgeCurve, nodeCircles, plate, text } from "./graph";
import { operationColours, operationTitle } from "./theme";
import { textTable } from "./words";

export const dataTitles = { cifar10: "CIFAR-10", cifar100: "CIFAR-100", imagenet16: "ImageNet16-120" } as const;

/** The accuracies as rows of words: data set, valid, test. */
export function accuracyRows({ accuracies }: BenchmarkEntry): string[][] {
  return Object.entries(dataTitles).map(([data, title]) => {
    const { valid, test } = accuracies[data as keyof typeof dataTitles];
    return [title, valid.toFixed(2), test.toFixed(2)];
  });
}

/** The figure of an architecture, with its accuracies where there is an entry; a cut edge (`none`) is dashed. */
export function architectureFigure(architecture: Architecture, entry?: BenchmarkEntry): Figure {
  const { space, operations } = architecture;
  const { nodes } = space.cells[0];
  const colours = operationColours(space.operations);
  const parts = space.edges.map(({ from, to }, e) => {
    const colour = colours[operations[e]];
    const { path, x, y } = edgeCurve(from, to);
    const cut = space.operations[operations[e]] === "none" ? ' stroke-dasharray="4 4"' : "";
    return {
      curve: `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2.5"${cut}/>`,
      label: plate(operationTitle(space.operations[operations[e]]), x, y, colour),
    };
  });
  const cell = [...parts.map(({ curve }) => curve), nodeCircles(nodes), ...parts.map(({ label }) => label)].join("");
  const string = architecture.toString();
  const title = `${space.title}, architecture`;
  const below = text(string, 0, 14, { size: 10 });
  if (!entry) return new Figure(card(title, cell, below, 30), string);
  const heading = `${space.title}, ${entry.epochs} epochs`;
  const rows = accuracyRows(entry);
  const table = textTable([["data set", "valid %", "test %"], ...rows]);
  return new Figure(card(title, cell, below + accuracyTable(heading, rows), 96), `${string}\n${heading}\n${table}`);
}

/** The accuracies as a table, a column a data set. */
function accuracyTable(heading: string, rows: readonly (readonly string[])[]): string {
  const lines = [[heading, "validation accuracy (%)", "test accuracy (%)"], ...rows];
  const rule = '<path d="M0,48 H580" stroke="#333333"/>';
  const cells = lines.flatMap(([name, ...values], column) => {
    const style = column === 0 ? {} : ({ anchor: "end" } as const);
    const x = column === 0 ? 0 : 200 + 125 * column;
    return [
      text(name, x, 42, { ...style, bold: true }),
      ...values.map((value, row) => text(value, x, 64 + 18 * row, style)),
    ];
  });
  return rule + cells.join("");
}
