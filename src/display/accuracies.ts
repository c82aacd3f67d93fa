// What a benchmark knows of an architecture, as rows of words and as a table in a picture.
import type { BenchmarkEntry } from "../benchmarks";
import { type Part, text } from "./graph";

export const dataTitles = { cifar10: "CIFAR-10", cifar100: "CIFAR-100", imagenet16: "ImageNet16-120" } as const;

/** The accuracies as rows of words: data set, valid, test. */
export function accuracyRows({ accuracies }: BenchmarkEntry): string[][] {
  return Object.entries(dataTitles).map(([data, title]) => {
    const { valid, test } = accuracies[data as keyof typeof dataTitles];
    return [title, valid.toFixed(2), test.toFixed(2)];
  });
}

/** The accuracies as a table, a column a data set. */
export function accuracyTable(heading: string, rows: readonly (readonly string[])[]): Part {
  const lines = [[heading, "validation accuracy (%)", "test accuracy (%)"], ...rows];
  const cells = lines.flatMap(([name, ...values], column) => {
    const style = column === 0 ? {} : ({ anchor: "end" } as const);
    const x = column === 0 ? 0 : 200 + 125 * column;
    return [
      text(name, x, 12, { ...style, bold: true }),
      ...values.map((value, row) => text(value, x, 34 + 18 * row, style)),
    ];
  });
  return { width: 580, height: 56, svg: `<path d="M0,18 H580" stroke="#333333"/>${cells.join("")}` };
}
