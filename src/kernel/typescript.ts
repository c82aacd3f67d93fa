// The language of the kernel: tslab's converter (TypeScript's own compiler, incremental) and executor, with a record of every cell.
import { setImmediate as turn } from "node:timers/promises";
import { format } from "node:util";
import ts, { version } from "@tslab/typescript-for-tslab";
import {
  type Converter,
  type ConvertResult,
  createConverter,
  type Diagnostic,
  isCompleteCode,
} from "tslab/dist/converter";
import { createExecutor } from "tslab/dist/executor";
import { printQuickInfo } from "tslab/dist/inspect";
import { getCodeMetadata } from "tslab/dist/metadata";
import type { Cell } from "./cell";
import type { ControlState } from "./control-state";
import { guardLoops, LoopInterrupt } from "./loops";
import { expandShorthand } from "./shorthand";

/** A cell's TypeScript and the JavaScript that ran. */
export interface Compiled {
  /** The cell's number as the client shows it. */
  readonly count: number;
  readonly source: string;
  readonly output: string;
}

export type Outcome =
  | { readonly status: "ok"; readonly value: unknown }
  | { readonly status: "error"; readonly error: unknown }
  | { readonly status: "rejected"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly status: "interrupted" };

/** Whether code can run as it stands, goes on, or cannot become a cell by going on. */
export type Completeness =
  | { readonly status: "complete" | "invalid" }
  | { readonly status: "incomplete"; readonly indent: string };

/** TypeScript's number of the diagnostic "Unterminated template literal", which tslab takes for an error that cannot be mended. */
const UNTERMINATED_TEMPLATE = 1160;

export class TypeScript {
  static readonly version = version;
  /** Of every cell that ran, by the number in its script's name in V8's stack traces, `cell-${number}.ts`. */
  readonly compiled = new Map<number, Compiled>();
  private readonly converter = createConverter({});
  private declarations = "";
  private cell: Cell | undefined;
  private converted: ConvertResult | undefined;
  private isCut = false;
  private value: unknown;
  private problem: { error: unknown } | undefined;
  private diagnostics: readonly Diagnostic[] = [];
  private readonly executor = createExecutor(process.cwd(), this.converters(), {
    log: (value) => {
      this.value = value;
    },
    error: (...report) => this.report(report),
  });

  constructor(private readonly state: ControlState) {}

  /** Gives all cells names, with their declarations for the compiler; a cell may declare them anew. */
  define(values: Record<string, unknown>, declarations: string): void {
    Object.assign(this.executor.locals, values);
    this.declarations += declarations;
  }

  /** Runs one cell; cells run one after the other. */
  async run(cell: Cell): Promise<Outcome> {
    Object.assign(this, {
      cell,
      value: undefined,
      problem: undefined,
      diagnostics: [],
      converted: undefined,
      isCut: false,
    });
    let ok = false;
    try {
      const { module, mode } = getCodeMetadata(cell.source);
      if (!module && mode !== "browser") this.converted = this.convert(cell);
      // An interrupt that came meanwhile is heard now: while a cell's synchronous part runs, Node's vm unhooks the handlers.
      await turn();
      await turn();
      if (this.isCut) return { status: "interrupted" };
      this.state.isInScript = true;
      const executed = this.executor.execute(cell.source); // the part before the first await has run when this returns
      this.state.isInScript = false;
      ok = await executed;
    } catch (error) {
      return { status: "error", error }; // of the compiler itself
    }
    if (ok) return { status: "ok", value: this.value };
    if (this.diagnostics.length > 0) return { status: "rejected", diagnostics: this.diagnostics };
    const error = (this.problem as { error: unknown } | undefined)?.error;
    if (!isInterrupt(error)) return { status: "error", error };
    this.state.hearAll(); // the request that caused it may not have been read yet
    return { status: "interrupted" };
  }

  /** Ends the running cell with an error, whatever it awaits; what it has started goes on by itself. */
  cut(): void {
    this.isCut = true;
    this.executor.interrupt();
  }

  complete(code: string, cursor: number): { start: number; end: number; candidates: string[] } {
    return this.executor.complete(code, cursor);
  }

  /** Type and documentation of what stands at the cursor. */
  inspect(code: string, cursor: number): string | undefined {
    const info = this.executor.inspect(code, cursor);
    return info && printQuickInfo(info);
  }

  isComplete(code: string): Completeness {
    const { completed, indent = "" } = isCompleteCode(code);
    if (!completed) return { status: "incomplete", indent };
    const { diagnostics = [] } = ts.transpileModule(code, { reportDiagnostics: true });
    if (diagnostics.some((diagnostic) => diagnostic.code === UNTERMINATED_TEMPLATE))
      return { status: "incomplete", indent };
    return { status: diagnostics.length > 0 ? "invalid" : "complete" };
  }

  // tslab forgets the names of a cell that fails or is interrupted, although it has assigned them: we remember the declarations
  // of every cell that started, in its place.
  private convert({ source, count }: Cell): ConvertResult {
    const expanded = expandShorthand(source);
    const result = this.converter.convert(this.declarations, expanded.text);
    this.diagnostics = result.diagnostics.map((diagnostic) =>
      diagnostic.fileName
        ? diagnostic
        : { ...diagnostic, start: place(source, expanded.original(diagnostic.start.offset)) },
    );
    if (result.diagnostics.length > 0) return result;
    this.declarations = result.declOutput ?? "";
    if (!result.output) return result;
    const output = guardLoops(result.output);
    const number = this.compiled.size + 1;
    this.compiled.set(number, { count, source, output });
    return { ...result, output: `${output}\n//# sourceURL=cell-${number}.ts` };
  }

  private converters() {
    const { converter } = this;
    const node: Converter = {
      convert: () => this.converted!,
      inspect: (_, source, position) => converter.inspect(this.declarations, source, position),
      complete: (_, source, position) => converter.complete(this.declarations, source, position),
      addModule: (name, content, meta) => converter.addModule(name, content, meta),
      close: () => converter.close(),
    };
    return {
      node,
      get browser(): Converter {
        throw new Error("cells for the browser (@browser) are not supported");
      },
      close: () => converter.close(),
    };
  }

  // The executor hands over what a cell threw, or a diagnostic as a format with its arguments. Those of the cell itself we have
  // from the converter; those of a module cell (@module), which is registered all the same, are printed.
  private report(report: readonly unknown[]): void {
    if (report.length === 1) this.problem = { error: report[0] };
    else if (this.diagnostics.length === 0) this.cell?.print("stderr", `${format(...report)}\n`);
  }
}

/** A diagnostic's position; line and character are 0-based. */
function place(source: string, offset: number): Diagnostic["start"] {
  const before = source.slice(0, offset).split("\n");
  return { offset, line: before.length - 1, character: before.at(-1)!.length };
}

function isInterrupt(error: unknown): boolean {
  if (error instanceof LoopInterrupt) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" || error.message === "Interrupted asynchronously";
}
