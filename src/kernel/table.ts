// A list of plain objects as a table in Markdown: JupyterLab, GitHub and nbconvert all show it.
import { inspect } from "node:util";

type Row = Record<string, unknown>;

/** What is shown of a long table; the rest is counted. */
const ROWS = 20;
const COLUMNS = 20;
const CELL = 80;

/** Whether a value is a list of plain objects, none of them empty. */
export function isTable(value: unknown): value is readonly Row[] {
  return Array.isArray(value) && value.length > 0 && value.every((row) => isPlain(row) && Object.keys(row).length > 0);
}

function isPlain(value: unknown): value is Row {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The columns are the names in the order of their first appearance. Numbers have six significant digits. */
export function tableMarkdown(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.slice(0, COLUMNS);
  const shown = rows.slice(0, ROWS);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const lines = [
    line(columns.map(escaped)),
    line(columns.map((name) => (isNumeric(rows, name) ? "---:" : "---"))),
    ...shown.map((row) => line(columns.map((name) => escaped(cellText(row[name]))))),
  ];
  const rest = [more(rows.length, ROWS, "row"), more(names.length, COLUMNS, "column")].filter(Boolean);
  return rest.length === 0 ? lines.join("\n") : [...lines, "", `… ${rest.join("; ")}`].join("\n");
}

const isNumeric = (rows: readonly Row[], name: string): boolean =>
  rows.every(({ [name]: value }) => typeof value === "number" || typeof value === "bigint" || value == null);

function more(count: number, limit: number, noun: string): string {
  if (count <= limit) return "";
  const rest = count - limit;
  return `${rest.toLocaleString("en")} more ${noun}${rest === 1 ? "" : "s"} of ${count.toLocaleString("en")}`;
}

function cellText(value: unknown): string {
  if (value == null) return "";
  if (typeof value === "number" && !Number.isInteger(value)) return String(Number(value.toPrecision(6)));
  const text =
    typeof value === "string" || typeof value === "bigint"
      ? String(value)
      : inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY });
  return text.length > CELL ? `${text.slice(0, CELL - 1)}…` : text;
}

/** The text as Markdown shows it letter by letter, on one line. */
function escaped(text: string): string {
  return text.replace(/\s/g, " ").replace(/[\\`*_{}[\]()<>#|$~&!:@]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
