// The five ZeroMQ sockets of a kernel, bound where the connection file says.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Router, XPublisher } from "zeromq";
import { Control } from "./control";
import { type Content, type Header, type Message, Wire } from "./message";

interface ConnectionFile {
  readonly transport: string;
  readonly ip: string;
  readonly key: string;
  readonly signature_scheme: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly hb_port: number;
}

export type Channel = "shell" | "control" | "stdin";

/** A request, and the way back to who sent it. */
export interface Request extends Message {
  readonly channel: Channel;
}

// Without a limit and without waiting, every message is handed to ZeroMQ's own thread at once: also from a cell that never yields.
const unlimited = { sendHighWaterMark: 0, sendTimeout: 0 };

export class Connection {
  private readonly shell = new Router(unlimited);
  private readonly stdin = new Router(unlimited);
  private readonly iopub = new XPublisher({ ...unlimited, verbosity: "allSubs" });

  private constructor(
    private readonly wire: Wire,
    readonly control: Control,
  ) {}

  static async open(path: string): Promise<Connection> {
    const file = JSON.parse(readFileSync(path, "utf8")) as ConnectionFile;
    const address = (port: number) => `${file.transport}://${file.ip}${file.transport === "ipc" ? "-" : ":"}${port}`;
    const [key, scheme, session] = [file.key, file.signature_scheme, randomUUID()];
    const thread = { control: address(file.control_port), heartbeat: address(file.hb_port), key, scheme, session };
    const connection = new Connection(new Wire(key, scheme, session), await Control.open(thread));
    await Promise.all([
      connection.shell.bind(address(file.shell_port)),
      connection.stdin.bind(address(file.stdin_port)),
      connection.iopub.bind(address(file.iopub_port)),
    ]);
    void connection.welcome();
    return connection;
  }

  /** The messages of one channel as they come; what is no signed message goes to `onBadMessage`. Ends when the connection closes. */
  async *requests(channel: Channel, onBadMessage: (error: unknown) => void): AsyncGenerator<Request> {
    const source: AsyncIterable<Buffer[]> = channel === "control" ? this.control.messages() : this[channel];
    for await (const frames of source) {
      let message: Message;
      try {
        message = this.wire.decode(frames);
      } catch (error) {
        onBadMessage(error);
        continue;
      }
      yield { ...message, channel };
    }
  }

  /** Broadcasts to every client, as a consequence of `parent`. */
  publish(type: string, content: Content, parent: Header | undefined, buffers: readonly Uint8Array[] = []): void {
    this.broadcast(this.wire.make(type, content, parent, { identities: [Buffer.from(type)], buffers }));
  }

  reply(request: Request, content: Content): void {
    const type = request.header.msg_type;
    if (request.channel === "control" && type === "shutdown_request") return; // its thread has answered
    const { identities } = request;
    const message = this.wire.make(type.replace(/_request$/, "_reply"), content, request.header, { identities });
    const frames = this.wire.encode(message);
    if (request.channel === "control") this.control.send(frames);
    else void this[request.channel].send(frames);
  }

  /** Asks the client that sent a request for a line of text. */
  ask(request: Request, content: Content): void {
    const { header, identities } = request;
    void this.stdin.send(this.wire.encode(this.wire.make("input_request", content, header, { identities })));
  }

  async close(): Promise<void> {
    for (const socket of [this.shell, this.stdin, this.iopub]) socket.close();
    await this.control.close();
  }

  private broadcast(message: Message): void {
    void this.iopub.send(this.wire.encode(message));
  }

  /** Tells every subscriber that its subscription holds, so that it need not ask until it hears something. */
  private async welcome(): Promise<void> {
    for await (const [frame] of this.iopub) {
      const [subscribes, topic] = [frame[0] === 1, frame.subarray(1)];
      const content = { subscription: topic.toString() };
      if (subscribes) this.broadcast(this.wire.make("iopub_welcome", content, undefined, { identities: [topic] }));
    }
  }
}
