// One execution of a cell: what it prints and shows goes to the client under its own request, however late.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Content, Header } from "./message";

export type StreamName = "stdout" | "stderr";

/** The client that sent a cell. */
export interface Client {
  /** The cell's request. */
  readonly header: Header;
  /** Broadcasts what the cell shows. */
  send(type: string, content: Content): void;
  /** Asks the user for a line; undefined where the client cannot ask. Rejects when the signal aborts. */
  readonly ask: ((prompt: string, password: boolean, signal: AbortSignal) => Promise<string>) | undefined;
}

/** Text printed within this many milliseconds travels in one message. */
const GATHER = 50;

export class Cell {
  private readonly controller = new AbortController();
  private readonly showing = new Set<Promise<void>>();
  private pending: { name: StreamName; text: string } | undefined;
  private lastFlush = 0;
  /** Whether the cell's code asked for its signal, that is, knows how to stop by itself. */
  asked = false;

  constructor(
    readonly count: number,
    readonly source: string,
    readonly client: Client,
  ) {}

  /** Aborts when the user interrupts this cell. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  abort(): void {
    this.controller.abort(new DOMException("the cell was interrupted", "AbortError"));
  }

  print(name: StreamName, text: string): void {
    if (this.pending && this.pending.name !== name) this.flush();
    if (this.pending) this.pending.text += text;
    else {
      this.pending = { name, text };
      setTimeout(() => this.flush(), GATHER);
    }
    if (performance.now() - this.lastFlush > GATHER) this.flush(); // a cell that never yields is still heard
  }

  publish(type: string, content: Content): void {
    this.flush();
    this.client.send(type, content);
  }

  flush(): void {
    if (!this.pending) return;
    const stream = this.pending;
    this.pending = undefined;
    this.lastFlush = performance.now();
    this.client.send("stream", stream);
  }

  /** Takes note of a display that is still being made. */
  isShowing(display: Promise<void>): void {
    this.showing.add(display);
    void display.then(() => this.showing.delete(display));
  }

  /** Resolves when all that the cell shows has been shown. */
  async shown(): Promise<void> {
    while (this.showing.size > 0) await Promise.all(this.showing);
  }
}

const context = new AsyncLocalStorage<Cell>();
let latest: Cell | undefined;
let executing: Cell | undefined;

/** Executes `task` as `cell`; whatever it starts, timers and promises too, stays part of the cell. */
export async function runInCell<T>(cell: Cell, task: () => Promise<T>): Promise<T> {
  latest = executing = cell;
  try {
    return await context.run(cell, task);
  } finally {
    executing = undefined;
  }
}

/** The same task, as part of the cell whose code is running now, whenever it is called. */
export function boundToCell<A extends unknown[]>(task: (...words: A) => void): (...words: A) => void {
  const cell = currentCell();
  return cell ? (...words) => context.run(cell, task, ...words) : task;
}

/** The cell whose code is running now or, where that is not known, the one that started last. */
export function currentCell(): Cell | undefined {
  return context.getStore() ?? latest;
}

/** The cell whose end the client awaits. */
export function executingCell(): Cell | undefined {
  return executing;
}
