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

/** The figure of an architecture; a cut edge (`none`) is dashed. */
export function architectureFigure(architecture: Architecture, entry: BenchmarkEntry): Figure {
  const { space, operations } = architecture;
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
  const cell = [...parts.map(({ curve }) => curve), nodeCircles(space.nodes), ...parts.map(({ label }) => label)].join(
    "",
  );
  const rows = accuracyRows(entry);
  const accuracies = rows.map(([title, valid, test]) => `${title} ${valid} / ${test}`).join("\u2003");
  const source = `${space.title}, ${entry.epochs} epochs, valid / test accuracy in %:`;
  const string = architecture.toString();
  const below = text(string, 0, 14, { size: 10 }) + text(source, 0, 38) + text(accuracies, 0, 56, { bold: true });
  const table = textTable([["data set", "valid %", "test %"], ...rows]);
  return new Figure(
    card(`Architecture ${architecture.index.toLocaleString("en-US")} of ${space.title}`, cell, below, 70),
    `${string}\n${space.title}, ${entry.epochs} epochs\n${table}`,
  );
}
