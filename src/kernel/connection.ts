// The five ZeroMQ sockets of a kernel, bound where the connection file says.
import { readFileSync } from "node:fs";
import { Publisher, Reply, Router } from "zeromq";
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

export type Channel = "shell" | "control";

/** A request, and the way back to who sent it. */
export interface Request extends Message {
  readonly channel: Channel;
}

// Without a limit and without waiting, every message is handed to ZeroMQ's own thread at once: also from a cell that never yields.
const unlimited = { sendHighWaterMark: 0, sendTimeout: 0 };

export class Connection {
  private readonly channels = { shell: new Router(unlimited), control: new Router(unlimited) };
  private readonly iopub = new Publisher(unlimited);
  private readonly stdin = new Router();
  private readonly heartbeat = new Reply();
  private readonly wire: Wire;

  private constructor(file: ConnectionFile) {
    this.wire = new Wire(file.key, file.signature_scheme);
  }

  static async open(path: string): Promise<Connection> {
    const file = JSON.parse(readFileSync(path, "utf8")) as ConnectionFile;
    const connection = new Connection(file);
    const address = (port: number) => `${file.transport}://${file.ip}${file.transport === "ipc" ? "-" : ":"}${port}`;
    await Promise.all([
      connection.channels.shell.bind(address(file.shell_port)),
      connection.channels.control.bind(address(file.control_port)),
      connection.iopub.bind(address(file.iopub_port)),
      connection.stdin.bind(address(file.stdin_port)),
      connection.heartbeat.bind(address(file.hb_port)),
    ]);
    connection.beat();
    return connection;
  }

  /** The requests of one channel as they come; what is no signed message goes to `onBadMessage`. Ends when the connection closes. */
  async *requests(channel: Channel, onBadMessage: (error: unknown) => void): AsyncGenerator<Request> {
    for await (const frames of this.channels[channel]) {
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
  publish(type: string, content: Content, parent: Header | undefined): void {
    void this.iopub.send(this.wire.encode(this.wire.make(type, content, parent, [Buffer.from(type)])));
  }

  reply(request: Request, content: Content): void {
    const type = request.header.msg_type.replace(/_request$/, "_reply");
    const message = this.wire.make(type, content, request.header, request.identities);
    void this.channels[request.channel].send(this.wire.encode(message));
  }

  close(): void {
    for (const socket of [this.channels.shell, this.channels.control, this.iopub, this.stdin, this.heartbeat]) {
      socket.close();
    }
  }

  private async beat(): Promise<void> {
    for await (const frames of this.heartbeat) await this.heartbeat.send(frames);
  }
}
