// Comms: channels of messages between code in cells and parts of the page, opened from either side (Jupyter's messaging, "Custom Messages").
import { randomUUID } from "node:crypto";
import type { Comm } from "../notebook";
import { boundToCell, currentCell } from "./cell";
import type { Content, Header } from "./message";

type Buffers = readonly Uint8Array[];
type Opened = (comm: Comm, data: unknown) => void;

/** Broadcasts a message of a comm as a consequence of `parent`. */
export type Publish = (type: string, content: Content, parent: Header | undefined, buffers: Buffers) => void;

export class Comms {
  private readonly targets = new Map<string, Opened>();
  private readonly open = new Map<string, OpenComm>();

  /** @param failed is told what a listener throws, as part of the cell that the listener comes from. */
  constructor(
    private readonly publish: Publish,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** A comm that a cell opens to the page. */
  openTo(target: string, data: unknown): Comm {
    const comm = this.add(randomUUID(), target);
    this.send("comm_open", { comm_id: comm.id, target_name: target, data: data ?? {} });
    return comm;
  }

  /** Where comms that the page opens to `target` go; answers a function that withdraws it. */
  register(target: string, opened: Opened): () => void {
    const bound = this.bound(opened);
    this.targets.set(target, bound);
    return () => {
      if (this.targets.get(target) === bound) this.targets.delete(target);
    };
  }

  /** The open comms, of one target or of all, as `comm_info_reply` lists them. */
  info(target: unknown): Content {
    const wanted = [...this.open.values()].filter((comm) => target === undefined || comm.target === target);
    return Object.fromEntries(wanted.map((comm) => [comm.id, { target_name: comm.target }]));
  }

  /** A message from the page. */
  receive(type: string, { comm_id, target_name, data }: Content, buffers: Buffers): void {
    const id = String(comm_id);
    if (type === "comm_open") {
      const opened = this.targets.get(String(target_name));
      if (opened) opened(this.add(id, String(target_name)), data);
      else this.send("comm_close", { comm_id: id, data: {} });
    }
    if (type === "comm_msg") this.open.get(id)?.hear("message", data, buffers);
    if (type === "comm_close") {
      const comm = this.open.get(id);
      this.open.delete(id);
      comm?.hear("close", data, buffers);
    }
  }

  private add(id: string, target: string): OpenComm {
    const post: Post = (type, content, buffers) => {
      if (!this.open.has(id)) throw new Error(`comm: the comm "${id}" to "${target}" is closed`);
      if (type === "comm_close") this.open.delete(id);
      this.send(type, { comm_id: id, ...content }, buffers);
    };
    const comm = new OpenComm(id, target, post, (listener) => this.bound(listener));
    this.open.set(id, comm);
    return comm;
  }

  private bound<A extends unknown[]>(listener: (...words: A) => void): (...words: A) => void {
    return boundToCell((...words) => {
      try {
        listener(...words);
      } catch (error) {
        this.failed(error);
      }
    });
  }

  private send(type: string, content: Content, buffers: Buffers = []): void {
    this.publish(type, content, currentCell()?.client.header, buffers);
  }
}

type Post = (type: string, content: Content, buffers?: Buffers) => void;
type Listener = (data: unknown, buffers: Buffers) => void;

class OpenComm implements Comm {
  private readonly listeners = { message: new Set<Listener>(), close: new Set<Listener>() };

  constructor(
    readonly id: string,
    readonly target: string,
    private readonly post: Post,
    private readonly bound: (listener: Listener) => Listener,
  ) {}

  send(data: unknown, buffers: Buffers = []): void {
    this.post("comm_msg", { data: data ?? {} }, buffers);
  }

  close(data: unknown = {}): void {
    this.post("comm_close", { data });
  }

  onMessage(listener: Listener): () => void {
    return this.on("message", listener);
  }

  onClose(listener: (data: unknown) => void): () => void {
    return this.on("close", listener);
  }

  hear(event: "message" | "close", data: unknown, buffers: Buffers): void {
    for (const listener of [...this.listeners[event]]) listener(data, buffers);
  }

  private on(event: "message" | "close", listener: Listener): () => void {
    const bound = this.bound(listener);
    this.listeners[event].add(bound);
    return () => void this.listeners[event].delete(bound);
  }
}
