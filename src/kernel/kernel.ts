// The requests of the Jupyter protocol and their answers; cells run one after the other, everything else is answered at once.
import { setImmediate as turn } from "node:timers/promises";
import { bundleOf, type MimeBundle, textOf } from "./bundle";
import { Cell, currentCell, runInCell } from "./cell";
import type { Channel, Connection, Request } from "./connection";
import { Interrupter } from "./interrupt";
import type { Content } from "./message";
import { describeDiagnostics, describeError, describeInterrupt, type ErrorContent } from "./traceback";
import { type Outcome, TypeScript } from "./typescript";

export class Kernel {
  private readonly language = new TypeScript();
  private readonly interrupter = new Interrupter(() => this.language.cut());
  private readonly waiting: Request[] = [];
  private executing: Request | undefined;
  private count = 0;

  constructor(
    private readonly connection: Connection,
    private readonly info: { readonly implementation: string; readonly version: string },
    private readonly log: (text: string) => void,
  ) {}

  /** Answers the requests of a channel until a shutdown request has been answered. */
  async serve(channel: Channel): Promise<void> {
    const onBadMessage = (error: unknown) => this.log(`NASLab kernel: ${(error as Error).message}`);
    for await (const request of this.connection.requests(channel, onBadMessage)) {
      const type = request.header.msg_type;
      if (type === "execute_request") this.enqueue(request);
      else this.answer(request);
      if (type === "shutdown_request") return;
    }
  }

  interrupt(): void {
    this.interrupter.press();
  }

  /** An error that no cell awaits: it is shown where it came from, and the kernel lives. */
  reportStray(error: unknown): void {
    const lines = describeError(error, this.language.compiled).traceback.join("\n");
    const cell = currentCell();
    if (cell) cell.print("stderr", `Uncaught ${lines}\n`);
    else this.log(lines);
  }

  private answer(request: Request): void {
    this.status("busy", request);
    try {
      const content = this.reply(request.header.msg_type, request.content);
      if (content) this.connection.reply(request, content);
    } catch (error) {
      this.log(`NASLab kernel: ${request.header.msg_type}: ${(error as Error).stack}`);
      this.connection.reply(request, { status: "error", ...describeError(error, this.language.compiled) });
    }
    this.status("idle", request);
    if (this.executing) this.status("busy", this.executing); // clients show the last status that they hear
  }

  /** The reply's content, or undefined for a message that has none (comms, which nothing here opens). */
  private reply(type: string, { code, cursor_pos, restart }: Content): Content | undefined {
    switch (type) {
      case "kernel_info_request":
        return this.kernelInfo();
      case "is_complete_request": {
        const { completed, indent } = this.language.isComplete(code as string);
        return completed ? { status: "complete" } : { status: "incomplete", indent };
      }
      case "complete_request": {
        const { start, end, candidates } = this.language.complete(code as string, cursor_pos as number);
        return { status: "ok", matches: candidates, cursor_start: start, cursor_end: end, metadata: {} };
      }
      case "inspect_request": {
        const text = this.language.inspect(code as string, cursor_pos as number);
        return { status: "ok", found: text !== undefined, data: text ? { "text/plain": text } : {}, metadata: {} };
      }
      case "comm_info_request":
        return { status: "ok", comms: {} };
      case "history_request":
        return { status: "ok", history: [] };
      case "interrupt_request":
        this.interrupt();
        return { status: "ok" };
      case "shutdown_request":
        return { status: "ok", restart };
      default:
        return undefined;
    }
  }

  private kernelInfo(): Content {
    return {
      status: "ok",
      protocol_version: "5.3",
      implementation: this.info.implementation,
      implementation_version: this.info.version,
      language_info: {
        name: "typescript",
        version: TypeScript.version,
        mimetype: "text/typescript",
        file_extension: ".ts",
        pygments_lexer: "typescript",
        codemirror_mode: { name: "javascript", typescript: true, mode: "typescript" },
      },
      banner: `NASLab ${this.info.version}, TypeScript ${TypeScript.version}, Node ${process.versions.node}`,
      help_links: [],
    };
  }

  private enqueue(request: Request): void {
    this.waiting.push(request);
    if (!this.executing) void this.drain();
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      this.executing = this.waiting.shift()!;
      await this.execute(this.executing);
    }
    this.executing = undefined;
  }

  private async execute(request: Request): Promise<void> {
    const { code, silent, stop_on_error } = request.content as {
      code: string;
      silent?: boolean;
      stop_on_error?: boolean;
    };
    if (!silent) this.count++;
    const cell = new Cell(this.count, code, (type, content) => {
      if (!silent) this.connection.publish(type, content, request.header);
    });
    this.status("busy", request);
    cell.publish("execute_input", { code, execution_count: cell.count });
    const error = await runInCell(cell, () => this.run(cell));
    if (error) cell.publish("error", { ...error });
    cell.flush();
    const aborted = error && stop_on_error !== false ? await this.takeWaiting() : [];
    const count = { execution_count: cell.count };
    const reply = error ? { status: "error", ...error } : { status: "ok", payload: [], user_expressions: {} };
    this.connection.reply(request, { ...reply, ...count });
    this.status("idle", request);
    for (const later of aborted) this.abort(later);
  }

  private async run(cell: Cell): Promise<ErrorContent | undefined> {
    this.interrupter.begin(cell);
    const outcome = await this.language.run(cell);
    if (outcome.status === "interrupted") cell.abort(); // also what the cell has started and left
    if (outcome.status === "ok") await this.show(cell, outcome.value);
    this.interrupter.end(cell);
    return this.describe(outcome);
  }

  private describe(outcome: Outcome): ErrorContent | undefined {
    if (outcome.status === "ok") return undefined;
    if (outcome.status === "rejected") return describeDiagnostics(outcome.diagnostics);
    if (outcome.status === "interrupted") return describeInterrupt();
    return describeError(outcome.error, this.language.compiled);
  }

  private async show(cell: Cell, value: unknown): Promise<void> {
    const publish = (data: MimeBundle) =>
      cell.publish("execute_result", { execution_count: cell.count, data, metadata: {} });
    try {
      const data = await bundleOf(value);
      if (data) publish(data);
    } catch (error) {
      cell.print(
        "stderr",
        `The value's display failed: ${describeError(error, this.language.compiled).traceback.join("\n")}\n`,
      );
      publish(textOf(value));
    }
  }

  /** The cells that were sent before an error could be known: those in the queue, and those that a busy cell kept in the socket. */
  private async takeWaiting(): Promise<Request[]> {
    for (let turns = 0; turns < 3; turns++) await turn();
    return this.waiting.splice(0);
  }

  private abort(request: Request): void {
    this.status("busy", request);
    this.connection.reply(request, { status: "aborted", execution_count: this.count });
    this.status("idle", request);
  }

  private status(execution_state: "starting" | "busy" | "idle", request?: Request): void {
    this.connection.publish("status", { execution_state }, request?.header);
  }
}
