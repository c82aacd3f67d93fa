// Cells, one after the other: what a cell shows, its reply, and the cells that are given up after an error.
import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { type MimeBundle, present } from "./bundle";
import { Cell, type Client, runInCell } from "./cell";
import type { Connection, Request } from "./connection";
import { History } from "./history";
import { Interrupter } from "./interrupt";
import type { Content } from "./message";
import { Questions } from "./questions";
import { describeDiagnostics, describeError, describeInterrupt, type ErrorContent } from "./traceback";
import type { Outcome, TypeScript } from "./typescript";

/** An `execute_request`'s content. */
interface Order {
  readonly code: string;
  readonly silent?: boolean;
  readonly store_history?: boolean;
  readonly user_expressions?: Record<string, string>;
  readonly allow_stdin?: boolean;
  readonly stop_on_error?: boolean;
}

export class Execution {
  readonly history = new History();
  readonly questions = new Questions();
  private readonly interrupter = new Interrupter(() => this.cut());
  private readonly waiting: Request[] = [];
  private ended = new AbortController();
  private running: Request | undefined;
  private count = 0;

  constructor(
    private readonly connection: Connection,
    private readonly language: TypeScript,
  ) {}

  /** The request that is being executed. */
  get current(): Request | undefined {
    return this.running;
  }

  /** Executes a request when those before it are done. */
  add(request: Request): void {
    this.waiting.push(request);
    if (!this.running) void this.drain();
  }

  interrupt(): void {
    this.interrupter.press();
  }

  /** The text of an error that the display of a value threw. */
  describeFailure(error: unknown): string {
    return `The value's display failed: ${describeError(error, this.language.compiled).traceback.join("\n")}\n`;
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      this.running = this.waiting.shift()!;
      await this.execute(this.running, this.running.content as unknown as Order);
    }
    this.running = undefined;
  }

  private async execute(request: Request, order: Order): Promise<void> {
    const { code, silent = false, store_history = true, stop_on_error = true } = order;
    const stored = store_history && !silent;
    if (stored) this.history.add(++this.count, code);
    const cell = new Cell(this.count, code, this.client(request, order));
    this.status("busy", request);
    cell.publish("execute_input", { code, execution_count: cell.count });
    const [error, data] = await runInCell(cell, () => this.run(cell));
    if (stored) this.history.result(data?.["text/plain"]);
    if (error) cell.publish("error", { ...error });
    const values = error ? {} : await this.evaluate(order.user_expressions ?? {}, cell);
    cell.flush();
    const aborted = error && stop_on_error ? await this.takeWaiting() : [];
    const reply = error ? { status: "error", ...error } : { status: "ok", payload: [], user_expressions: values };
    this.connection.reply(request, { ...reply, execution_count: cell.count });
    this.status("idle", request);
    for (const later of aborted) this.abort(later);
  }

  private client(request: Request, { silent, allow_stdin }: Order): Client {
    const { header } = request;
    const question = (content: Content) => this.connection.ask(request, content);
    return {
      header,
      send: (type, content) => {
        if (!silent) this.connection.publish(type, content, header);
      },
      ask: allow_stdin
        ? (prompt, password, signal) => this.questions.ask(question, prompt, password, signal)
        : undefined,
    };
  }

  /** Runs a cell to the end of all that it shows; answers its error, or the bundle of its value. */
  private async run(cell: Cell): Promise<[ErrorContent | undefined, MimeBundle | undefined]> {
    this.interrupter.begin(cell);
    this.ended = new AbortController();
    const outcome = await this.language.run(cell);
    if (outcome.status === "interrupted") cell.abort(); // also what the cell has started and left
    const data = outcome.status === "ok" ? await this.show(cell, outcome.value) : undefined;
    this.interrupter.end(cell);
    return [this.describe(outcome), data];
  }

  private describe(outcome: Outcome): ErrorContent | undefined {
    if (outcome.status === "ok") return undefined;
    if (outcome.status === "rejected") return describeDiagnostics(outcome.diagnostics);
    if (outcome.status === "interrupted") return describeInterrupt();
    return describeError(outcome.error, this.language.compiled);
  }

  /** Shows the cell's value, and waits for that and for all that the cell has shown until the user interrupts it. */
  private async show(cell: Cell, value: unknown): Promise<MimeBundle | undefined> {
    let shown: MimeBundle | undefined;
    const publish = (data: MimeBundle) => {
      shown = data;
      cell.publish("execute_result", { execution_count: cell.count, data, metadata: {} });
    };
    const display = present(value, publish, (error) => cell.print("stderr", this.describeFailure(error)));
    if (display) cell.isShowing(display);
    await Promise.race([cell.shown(), once(this.ended.signal, "abort")]);
    return shown;
  }

  /** Ends the running cell, whatever it awaits. */
  private cut(): void {
    this.language.cut();
    this.ended.abort();
  }

  /** The values of a request's expressions, each as if it were the last value of a silent cell. */
  private async evaluate(expressions: Record<string, string>, { count, client }: Cell): Promise<Content> {
    const values: Content = {};
    for (const [name, source] of Object.entries(expressions)) {
      let data: MimeBundle = {};
      const send = (type: string, content: Content) => {
        if (type === "execute_result") data = content.data as MimeBundle;
        else client.send(type, content);
      };
      const cell = new Cell(count, source, { ...client, send });
      const [error] = await runInCell(cell, () => this.run(cell));
      values[name] = error ? { status: "error", ...error } : { status: "ok", data, metadata: {} };
    }
    return values;
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

  private status(execution_state: "busy" | "idle", request: Request): void {
    this.connection.publish("status", { execution_state }, request.header);
  }
}
