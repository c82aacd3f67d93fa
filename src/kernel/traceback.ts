// An error as Jupyter's `error` message: a traceback of the cells' own lines, without the frames of kernel and libraries.
import { inspect } from "node:util";
import type { Diagnostic } from "tslab/dist/converter";
import { sourcePosition } from "./alignment";
import type { Compiled } from "./typescript";

export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: string[];
}

type Cells = ReadonlyMap<number, Compiled>;

/** What a cell threw. */
export function describeError(error: unknown, cells: Cells): ErrorContent {
  if (!(error instanceof Error)) {
    const evalue = inspect(error);
    return { ename: "Thrown", evalue, traceback: [`Thrown: ${evalue}`] };
  }
  const traceback = [`${error.name}: ${error.message}`, ...frames(error, cells)];
  if (error.cause !== undefined) {
    const [first, ...rest] = describeError(error.cause, cells).traceback;
    traceback.push(`caused by ${first}`, ...rest);
  }
  return { ename: error.name, evalue: error.message, traceback };
}

/** What the compiler refused; positions are line:column of the cell, both from 1. */
export function describeDiagnostics(diagnostics: readonly Diagnostic[]): ErrorContent {
  const lines = diagnostics.map(({ fileName, start, messageText }) => {
    return `${fileName ? `${fileName} ` : ""}${start.line + 1}:${start.character + 1} - ${messageText}`;
  });
  return { ename: "TypeScriptError", evalue: lines.join("\n"), traceback: ["TypeScriptError:", ...lines] };
}

export function describeInterrupt(): ErrorContent {
  return {
    ename: "Interrupted",
    evalue: "the cell was interrupted",
    traceback: ["Interrupted: the cell was interrupted"],
  };
}

function frames(error: Error, cells: Cells): string[] {
  const lines = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  const own = lines.flatMap((line) => cellFrame(line, cells) ?? []);
  if (own.length > 0 || error.name === "UserError") return own; // where it was thrown says nothing to whom it is for
  return lines.filter((line) => !/\(?node:|\/tslab\/|\/dist\/src\/kernel\//.test(line));
}

function cellFrame(frame: string, cells: Cells): string | undefined {
  const match = /^ {4}at (?:async )?(?:(.+) \()?cell-(\d+)\.ts:(\d+):(\d+)\)?$/.exec(frame);
  const compiled = match && cells.get(Number(match[2]));
  if (!match || !compiled) return undefined;
  const [, called, , line, column] = match;
  if (Number(line) > compiled.output.split("\n").length) return undefined; // the executor's call of the cell
  const at = sourcePosition(compiled.source, compiled.output, { line: Number(line), column: Number(column) });
  const { count, source } = compiled;
  const place = at ? `cell ${count}, line ${at.line}: ${source.split("\n")[at.line - 1]!.trim()}` : `cell ${count}`;
  return called ? `    at ${called.replace(/^Proxy\./, "")} in ${place}` : `    at ${place}`;
}
