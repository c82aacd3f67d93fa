// Keeps two processes off one folder: a file that names the process which writes there.
import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../errors";
import { PART, write } from "./files";

const FILE = "lease.json";

/** Milliseconds between two signs of life, and without any after which a process of another host counts as dead. */
const BEAT = 30_000;
const DEAD = 10 * 60_000;

const holder = z.strictObject({
  host: z.string(),
  process: z.int().positive(),
  /** Tells apart processes that had the same number one after the other; null where the system does not tell. */
  started: z.string().nullable(),
});

type Holder = z.infer<typeof holder>;

export class Lease {
  readonly #path: string;
  readonly #own: Holder;
  readonly #beat: NodeJS.Timeout;

  private constructor(path: string, own: Holder) {
    this.#path = path;
    this.#own = own;
    this.#beat = setInterval(() => this.#renew(), BEAT).unref();
  }

  /** @throws UserError, naming host and process, if a living process has it; what file systems say. */
  static take(folder: string): Lease {
    const path = join(folder, FILE);
    const own = { host: hostname(), process: process.pid, started: startOf(process.pid) };
    for (;;) {
      if (claim(path, own)) return new Lease(path, own);
      const text = textOf(path);
      if (text === null) continue; // given back meanwhile
      const other = read(text);
      if (other && isAlive(other, path)) throw refusal(folder, other);
      remove(path, text);
    }
  }

  /** Whether the folder is still this process's: it may be gone, or taken over from another host after a long silence. */
  get isHeld(): boolean {
    const text = textOf(this.#path);
    return text !== null && JSON.stringify(read(text)) === JSON.stringify(this.#own);
  }

  /** Gives the folder back. */
  end(): void {
    clearInterval(this.#beat);
    try {
      if (this.isHeld) rmSync(this.#path, { force: true });
    } catch {
      // the folder is gone or can't be written; a dead process's lease is taken over
    }
  }

  #renew(): void {
    try {
      const now = new Date();
      utimesSync(this.#path, now, now);
    } catch {
      // as at the end
    }
  }
}

/** The living process that writes in a folder, in words; null if none does. */
export function holderOf(folder: string): string | null {
  const path = join(folder, FILE);
  const text = textOf(path);
  const other = text === null ? null : read(text);
  return other && isAlive(other, path) ? `process ${other.process} on ${other.host}` : null;
}

const refusal = (folder: string, { host, process: number }: Holder) =>
  new UserError(
    number === process.pid && host === hostname()
      ? `${folder}: another run of this process is searching in this folder; wait for it, or stop it`
      : `${folder}: process ${number} on ${host} is searching in this folder; wait for it, or stop it${host === hostname() ? ` (kill ${number})` : " there"}`,
  );

/** Puts the file there, at once with what it says; false if there is one. */
function claim(path: string, own: Holder): boolean {
  const aside = `${path}.${randomUUID()}${PART}`;
  try {
    write(aside, "wx", `${JSON.stringify(own)}\n`);
    linkSync(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Of one process that finds a dead one's lease at the same time as another, one alone removes it. */
function remove(path: string, text: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // the other was first
  }
  if (textOf(aside) === text) rmSync(aside, { force: true });
  else renameSync(aside, path); // it was the other's new one
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null; // given back, or the folder is gone
    throw error;
  }
}

/** Null of what is no lease: torn by a crash. */
function read(text: string): Holder | null {
  try {
    return holder.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function isAlive({ host, process: number, started }: Holder, path: string): boolean {
  if (host !== hostname()) return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < DEAD;
  try {
    process.kill(number, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false; // EPERM: it lives, as another user's
  }
  return started === null || startOf(number) === started;
}

/** When a process began, since when the machine is up, as Linux tells; null elsewhere. */
function startOf(number: number): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${number}/stat`, "utf8");
    return `${boot} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return null;
  }
}
