// The requests of the Jupyter protocol and their answers; cells run one after the other (execution.ts), all else is answered at once.
import { currentCell } from "./cell";
import { Comms } from "./comms";
import type { Channel, Connection, Request } from "./connection";
import { Execution } from "./execution";
import { installLoopGuard } from "./loops";
import { type Content, PROTOCOL } from "./message";
import { createNotebook, DECLARATIONS, installNotebook, names } from "./notebook";
import { describeError } from "./traceback";
import { TypeScript } from "./typescript";

export class Kernel {
  private readonly language: TypeScript;
  private readonly execution: Execution;
  private readonly comms: Comms;

  constructor(
    private readonly connection: Connection,
    private readonly info: { readonly implementation: string; readonly version: string },
    private readonly log: (text: string) => void,
  ) {
    const { state } = connection.control;
    this.language = new TypeScript(state);
    this.execution = new Execution(connection, this.language);
    this.comms = new Comms(
      (...message) => connection.publish(...message),
      (error) => this.reportStray(error),
    );
    const notebook = createNotebook(this.comms, (error) => this.execution.describeFailure(error));
    this.language.define(names(notebook), DECLARATIONS);
    installNotebook(notebook);
    installLoopGuard(state);
  }

  /** Answers the requests of a channel until a shutdown request has been answered. */
  async serve(channel: Channel): Promise<void> {
    const onBadMessage = (error: unknown) => this.log(`NASLab kernel: ${(error as Error).message}`);
    for await (const request of this.connection.requests(channel, onBadMessage)) {
      const { header, content } = request;
      if (header.msg_type === "execute_request" && typeof content.code === "string") this.execution.add(request);
      else this.answer(request);
      if (header.msg_type === "shutdown_request") return;
    }
  }

  /** SIGINT has come. One that the control thread has sent stands for an interrupt request, which arrives by itself. */
  onSignal(): void {
    if (!this.connection.control.state.takeRaised()) this.execution.interrupt();
  }

  /** An error that no cell awaits: it is shown where it came from, and the kernel lives. */
  reportStray(error: unknown): void {
    const lines = describeError(error, this.language.compiled).traceback.join("\n");
    const cell = currentCell();
    if (cell) cell.print("stderr", `Uncaught ${lines}\n`);
    else this.log(lines);
  }

  private answer(request: Request): void {
    const type = request.header.msg_type;
    this.status("busy", request);
    try {
      const content = this.reply(type, request);
      if (content) this.connection.reply(request, content);
    } catch (error) {
      this.log(`NASLab kernel: ${type}: ${(error as Error).stack}`);
      if (type.endsWith("_request"))
        this.connection.reply(request, { status: "error", ...describeError(error, this.language.compiled) });
    }
    this.status("idle", request);
    const { current } = this.execution;
    if (current) this.status("busy", current); // clients show the last status that they hear
  }

  /** The reply's content, or undefined for a message that has none. */
  private reply(type: string, { content, buffers }: Request): Content | undefined {
    const { code, cursor_pos, restart } = content;
    switch (type) {
      case "kernel_info_request":
        return this.kernelInfo();
      case "execute_request":
        throw new TypeError("execute_request: the content has no code");
      case "is_complete_request":
        return { ...this.language.isComplete(code as string) };
      case "complete_request": {
        const { start, end, candidates } = this.language.complete(code as string, cursor_pos as number);
        return { status: "ok", matches: candidates, cursor_start: start, cursor_end: end, metadata: {} };
      }
      case "inspect_request": {
        const text = this.language.inspect(code as string, cursor_pos as number);
        return { status: "ok", found: text !== undefined, data: text ? { "text/plain": text } : {}, metadata: {} };
      }
      case "history_request":
        return { status: "ok", history: this.execution.history.find(content) };
      case "comm_info_request":
        return { status: "ok", comms: this.comms.info(content.target_name) };
      case "comm_open":
      case "comm_msg":
      case "comm_close":
        this.comms.receive(type, content, buffers);
        return undefined;
      case "input_reply":
        this.execution.questions.answer(String(content.value));
        return undefined;
      case "interrupt_request":
        if (this.connection.control.takePress()) this.execution.interrupt();
        return { status: "ok" };
      case "shutdown_request":
        return { status: "ok", restart };
      default:
        this.log(`NASLab kernel: a message of unknown type "${type}" was ignored`);
        return undefined;
    }
  }

  private kernelInfo(): Content {
    return {
      status: "ok",
      protocol_version: PROTOCOL,
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

  private status(execution_state: "busy" | "idle", request: Request): void {
    this.connection.publish("status", { execution_state }, request.header);
  }
}
