// The language of the kernel: tslab's converter (TypeScript's own compiler, incremental) and executor, with a record of every cell.
import { setImmediate as turn } from "node:timers/promises";
import { format } from "node:util";
import { version } from "@tslab/typescript-for-tslab";
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
import { expandShorthand } from "./shorthand";

/** A cell's TypeScript and the JavaScript that ran. */
export interface Compiled {
  readonly source: string;
  readonly output: string;
}

export type Outcome =
  | { readonly status: "ok"; readonly value: unknown }
  | { readonly status: "error"; readonly error: unknown }
  | { readonly status: "rejected"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly status: "interrupted" };

/** The script name of a cell in V8's stack traces. */
export const scriptName = (count: number): string => `cell-${count}.ts`;

export class TypeScript {
  static readonly version = version;
  /** Of every cell that ran, by its count. */
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
      ok = await this.executor.execute(cell.source);
    } catch (error) {
      return { status: "error", error }; // of the compiler itself
    }
    if (ok) return { status: "ok", value: this.value };
    if (this.diagnostics.length > 0) return { status: "rejected", diagnostics: this.diagnostics };
    const error = (this.problem as { error: unknown } | undefined)?.error;
    return isInterrupt(error) ? { status: "interrupted" } : { status: "error", error };
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

  isComplete(code: string): { completed: boolean; indent?: string } {
    return isCompleteCode(code);
  }

  // tslab forgets the names of a cell that fails or is interrupted, although it has assigned them: we remember the declarations
  // of every cell that started, in its place.
  private convert({ source, count }: Cell): ConvertResult {
    const result = this.converter.convert(this.declarations, expandShorthand(source));
    this.diagnostics = result.diagnostics;
    if (result.diagnostics.length > 0) return result;
    this.declarations = result.declOutput ?? "";
    if (!result.output) return result;
    this.compiled.set(count, { source, output: result.output });
    return { ...result, output: `${result.output}\n//# sourceURL=${scriptName(count)}` };
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

function isInterrupt(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" || error.message === "Interrupted asynchronously";
}
