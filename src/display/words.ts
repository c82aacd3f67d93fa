// Numbers as figures and texts write them.

/** 15625 is "15,625". */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** A number of nouns: "1 epoch", "2,000 images". */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** A fraction in per cent, with one digit: 0.934 is "93.4 %". */
export function percent(fraction: number, digits = 1): string {
  return `${(100 * fraction).toFixed(digits)} %`;
}

/** Seconds as a clock shows them: 75 is "1:15", 3675 is "1:01:15". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Columns of text aligned by spaces; the first row is the heading. Cells that are numbers stand to the right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const numeric = rows[0].map((_, column) => rows.slice(1).every((row) => /^[-\d.,% –]*$/.test(row[column])));
  const align = (cell: string, column: number) =>
    numeric[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column]);
  return rows.map((row) => row.map(align).join("  ").trimEnd()).join("\n");
}

/** Rows as a table in markdown; the first is the heading. @param rules how columns stand, one for all or each: "---", or "--:" to the right. */
export function markdownTable(
  [heading, ...rows]: readonly (readonly string[])[],
  rules: string | readonly string[] = "---",
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const each = typeof rules === "string" ? heading.map(() => rules) : rules;
  return [line(heading), `|${each.join("|")}|`, ...rows.map(line)].join("\n");
}

/** Settings as "group.name" and value; a list stays a value. */
export function leaves(place: string, value: unknown): [string, string][] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [[place, typeof value === "string" ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(place ? `${place}.${name}` : name, inner));
}
