// A small Jupyter client for the tests: starts the kernel as Jupyter does, and hears what it broadcasts.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer, Subscriber } from "zeromq";
import { type Content, type Message, Wire } from "../../src/kernel/message";
import { packageRoot } from "../../src/root";

export interface Output {
  readonly type: string;
  readonly content: Content;
}

export interface Execution {
  readonly reply: Content;
  /** What the kernel broadcast for this request, without its status and its echo of the code. */
  readonly outputs: readonly Output[];
}

export class KernelClient {
  /** What the process wrote to its own stderr: Jupyter's log. */
  log = "";
  readonly wire: Wire;
  private readonly identity = randomUUID();
  private readonly shell = new Dealer({ routingId: this.identity });
  private readonly stdin = new Dealer({ routingId: this.identity });
  private readonly control = new Dealer();
  private readonly iopub = new Subscriber();
  private readonly heard = new EventEmitter().setMaxListeners(0);
  private readonly broadcasts: Message[] = [];

  private constructor(
    readonly process: ChildProcess,
    readonly key: string,
    private readonly folder: string,
  ) {
    this.wire = new Wire(key, "hmac-sha256");
    process.stderr!.on("data", (chunk) => {
      this.log += chunk;
    });
  }

  /** Starts a kernel whose cells run in the folder `cwd`. */
  static async start(cwd: string): Promise<KernelClient> {
    const [shell_port, control_port, iopub_port, stdin_port, hb_port] = await freePorts(5);
    const ports = { shell_port, control_port, iopub_port, stdin_port, hb_port };
    const key = randomUUID();
    const folder = mkdtempSync(join(tmpdir(), "naslab-kernel-"));
    const file = join(folder, "connection.json");
    const address = { transport: "tcp", ip: "127.0.0.1", key, signature_scheme: "hmac-sha256" };
    writeFileSync(file, JSON.stringify({ ...ports, ...address }));
    const main = join(packageRoot, "dist/src/kernel/main.js");
    const kernel = spawn(process.execPath, [main, file], {
      cwd,
      env: { ...process.env, JPY_PARENT_PID: String(process.pid) }, // it ends when the tests do
      stdio: ["ignore", "ignore", "pipe"],
    });
    const client = new KernelClient(kernel, key, folder);
    client.shell.connect(`tcp://127.0.0.1:${shell_port}`);
    client.control.connect(`tcp://127.0.0.1:${control_port}`);
    client.stdin.connect(`tcp://127.0.0.1:${stdin_port}`);
    client.iopub.connect(`tcp://127.0.0.1:${iopub_port}`);
    client.iopub.subscribe();
    void client.hear(client.shell, "shell");
    void client.hear(client.control, "control");
    void client.hear(client.stdin, "stdin");
    void client.hear(client.iopub, "iopub");
    await client.subscribed();
    return client;
  }

  async request(type: string, content: Content, channel: "shell" | "control" = "shell"): Promise<Content> {
    const message = this.wire.make(type, content, undefined);
    const replied = once(this.heard, `${channel} ${message.header.msg_id}`);
    await this[channel].send(this.wire.encode(message));
    const [reply] = (await replied) as [Message];
    return { ...reply.content, msg_type: reply.header.msg_type };
  }

  /** Runs a cell; resolves when its reply has come and the kernel has said that it is idle again. */
  async execute(code: string, options: Content = {}): Promise<Execution> {
    const content = { code, silent: false, stop_on_error: true, allow_stdin: false, ...options };
    const message = this.wire.make("execute_request", content, undefined);
    const { msg_id } = message.header;
    const replied = once(this.heard, `shell ${msg_id}`);
    const idle = this.until((m) => m.parent.msg_id === msg_id && m.content.execution_state === "idle");
    await this.shell.send(this.wire.encode(message));
    const [[reply]] = (await Promise.all([replied, idle])) as [[Message], Message];
    return { reply: reply.content, outputs: this.outputsOf(msg_id) };
  }

  /** The first broadcast from now on for which `test` holds. */
  until(test: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      const listen = (message: Message) => {
        if (!test(message)) return;
        this.heard.off("iopub", listen);
        resolve(message);
      };
      this.heard.on("iopub", listen);
    });
  }

  /** Resolves when a running cell has printed `text`. */
  printed(text: string): Promise<Message> {
    return this.until(({ content }) => typeof content.text === "string" && content.text.includes(text));
  }

  /** All that was broadcast so far as a consequence of one request. */
  outputsOf(id: string): Output[] {
    const own = this.broadcasts.filter(({ parent }) => parent.msg_id === id);
    const outputs = own.map(({ header, content }) => ({ type: header.msg_type, content }));
    return outputs.filter(({ type }) => type !== "status" && type !== "execute_input");
  }

  /** SIGINT, as from a terminal. */
  interrupt(): void {
    this.process.kill("SIGINT");
  }

  /** Sends a message that has no reply. */
  async send(type: string, content: Content, buffers: readonly Uint8Array[] = []): Promise<void> {
    await this.shell.send(this.wire.encode(this.wire.make(type, content, undefined, { buffers })));
  }

  /** Waits for a question of a cell, and answers it; gives the question. */
  async answer(value: string): Promise<Content> {
    const [question] = (await once(this.heard, "stdin")) as [Message];
    await this.stdin.send(this.wire.encode(this.wire.make("input_reply", { value }, question.header)));
    return question.content;
  }

  /** Sends frames as they are. */
  async sendRaw(frames: (Uint8Array | string)[]): Promise<void> {
    await this.shell.send(frames);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const exit = once(this.process, "exit");
      this.process.kill("SIGKILL");
      await exit;
    }
    for (const socket of [this.shell, this.control, this.stdin, this.iopub]) socket.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Asks until a broadcast is heard: a subscription takes effect some time after the connection. */
  private async subscribed(): Promise<void> {
    let heard = false;
    void this.until(() => true).then(() => {
      heard = true;
    });
    while (!heard) await this.request("kernel_info_request", {});
  }

  private async hear(socket: Dealer | Subscriber, channel: string): Promise<void> {
    for await (const frames of socket) {
      const message = this.wire.decode(frames);
      if (channel === "iopub") {
        this.broadcasts.push(message);
        this.heard.emit("iopub", message);
      } else if (channel === "stdin") this.heard.emit("stdin", message);
      else this.heard.emit(`${channel} ${message.parent.msg_id}`, message);
    }
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
