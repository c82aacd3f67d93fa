// A table of a paper as a table: its numbers, and those that were put beside them.
import type { PrintedValue, PublishedTable } from "../benchmarks";
import type { MimeBundle } from "./bundle";
import { markdownTable, textTable } from "./words";

const words = (value: PrintedValue | null, decimals: number): string => {
  if (!value) return "–";
  const deviation = value.std === null ? "" : ` ± ${value.std.toFixed(decimals)}`;
  return `${value.mean.toFixed(decimals)}${deviation}`;
};

/** A row a method; rows of one's own stand out. */
export function publishedTableBundle({ title, caption, paper, columns, rows }: PublishedTable): MimeBundle {
  const notes = rows.some(({ note }) => note !== "");
  const heading = ["method", ...columns.map((column) => column.title), "source", ...(notes ? ["note"] : [])];
  const lines = rows.map(({ method, source, values, note }) => [
    method,
    ...columns.map(({ key, decimals }) => words(values[key], decimals)),
    source,
    ...(notes ? [note] : []),
  ]);
  const marked = lines.map((cells, k) =>
    rows[k].source === "here" ? cells.map((cell) => (cell === "" ? "" : `**${cell}**`)) : cells,
  );
  const above = `${title} (${paper}): ${caption}`;
  const align = ["---", ...columns.map(() => "--:"), "---", ...(notes ? ["---"] : [])];
  return {
    "text/markdown": `${above}\n\n${markdownTable([heading, ...marked], align)}`,
    "text/plain": `${above}\n${textTable([heading, ...lines])}`,
  };
}
