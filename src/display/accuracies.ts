// What a benchmark knows of an architecture, as rows of words and as a table in a picture.
import type { BenchmarkEntry } from "../benchmarks";
import { type Part, text } from "./graph";

export const dataTitles: Readonly<Record<string, string>> = {
  cifar10: "CIFAR-10",
  cifar100: "CIFAR-100",
  imagenet16: "ImageNet16-120",
};

/** The accuracies as rows of words, the splits' names first: data set, and what it has of valid and test. */
export function accuracyRows({ accuracies, benchmark: { data, splits } }: BenchmarkEntry): string[][] {
  return [
    ["", ...splits],
    ...data.map((each) => [dataTitles[each], ...splits.map((split) => accuracies[each][split].toFixed(2))]),
  ];
}

const splitTitles: Readonly<Record<string, string>> = {
  valid: "validation accuracy (%)",
  test: "test accuracy (%)",
};

/** The accuracies as a table, a column a data set. */
export function accuracyTable(heading: string, rows: readonly (readonly string[])[]): Part {
  const [[, ...splits], ...values] = rows;
  const lines = [[heading, ...splits.map((split) => splitTitles[split])], ...values];
  const cells = lines.flatMap(([name, ...values], column) => {
    const style = column === 0 ? {} : ({ anchor: "end" } as const);
    const x = column === 0 ? 0 : 200 + 125 * column;
    return [
      text(name, x, 12, { ...style, bold: true }),
      ...values.map((value, row) => text(value, x, 34 + 18 * row, style)),
    ];
  });
  return {
    width: 580,
    height: 20 + 18 * splits.length,
    svg: `<path d="M0,18 H580" stroke="#333333"/>${cells.join("")}`,
  };
}
