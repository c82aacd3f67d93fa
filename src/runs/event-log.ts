// What happened in a run, one line of JSON an event; lines are only ever added.
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { write } from "./files";

const FILE = "events.jsonl";

/** An event as it stands in the file. */
export type LoggedEvent = { readonly time: string; readonly event: string } & Readonly<Record<string, unknown>>;

export class EventLog {
  readonly #path: string;
  /** Lines that could not be written yet. */
  #waiting: string[] = [];
  /** Bytes of whole lines; null until known. */
  #whole: number | null = null;

  constructor(folder: string) {
    this.#path = join(folder, FILE);
  }

  /** Cuts off a last line without an end, which a crash has left. @returns its bytes. */
  mend(): number {
    const { size, whole } = ends(this.#path);
    if (whole < size) truncate(this.#path, whole);
    this.#whole = whole;
    return size - whole;
  }

  /** Takes an event down; `flush` writes it. */
  add(event: string, record: object): void {
    this.#waiting.push(`${JSON.stringify({ time: new Date().toISOString(), event, ...record })}\n`);
  }

  /** Writes what waits. @param sync whether it must reach the disk. @throws what the file system says; the lines wait on. */
  flush(sync: boolean): void {
    if (this.#waiting.length === 0 && !sync) return;
    const text = this.#waiting.join("");
    this.#whole ??= ends(this.#path).whole;
    try {
      write(this.#path, "a", text, sync);
    } catch (error) {
      try {
        truncate(this.#path, this.#whole); // part of it may be there
      } catch {
        this.#whole = null;
      }
      throw error;
    }
    this.#whole += Buffer.byteLength(text);
    this.#waiting = [];
  }
}

/** The events of a run's folder; none before its first stage. A line that is none (a crash may have torn the last) is left out. */
export function readEvents(folder: string): LoggedEvent[] {
  const path = join(folder, FILE);
  return existsSync(path) ? parseEvents(readFileSync(path, "utf8")) : [];
}

export function parseEvents(text: string): LoggedEvent[] {
  return text.split("\n").flatMap((line) => {
    try {
      const value = JSON.parse(line);
      return typeof value?.time === "string" && typeof value.event === "string" ? [value] : [];
    } catch {
      return [];
    }
  });
}

/** The bytes of a file, and of its whole lines; 0 where there is no file. */
function ends(path: string): { size: number; whole: number } {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return { size, whole: 0 };
  const file = openSync(path, "r");
  try {
    const block = Buffer.alloc(Math.min(size, 65_536));
    for (let end = size; end > 0; end -= block.length) {
      const start = Math.max(0, end - block.length);
      const last = block.subarray(0, readSync(file, block, 0, end - start, start)).lastIndexOf("\n");
      if (last >= 0) return { size, whole: start + last + 1 };
    }
    return { size, whole: 0 };
  } finally {
    closeSync(file);
  }
}

function truncate(path: string, size: number): void {
  const file = openSync(path, "r+");
  try {
    ftruncateSync(file, size);
  } finally {
    closeSync(file);
  }
}
