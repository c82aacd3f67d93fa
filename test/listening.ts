// Which addresses a process and those that it has started listen on, as Linux tells it.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The process and all that descend from it. */
export function family(pid: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = readOrNothing(`/proc/${name}/stat`);
      const [, parent] = /^.*\) \S+ (\d+)/.exec(stat) ?? [];
      return parent === undefined ? [] : [[Number(name), Number(parent)] as const];
    });
  const children = (of: number): number[] =>
    parents.flatMap(([child, parent]) => (parent === of ? [child, ...children(child)] : []));
  return [pid, ...children(pid)];
}

/** Addresses of TCP sockets, as "127.0.0.1:8888". */
export function listening(pids: readonly number[]): string[] {
  const sockets = new Set(pids.flatMap(socketsOf));
  const lines = ["tcp", "tcp6"].flatMap((kind) => readOrNothing(`/proc/net/${kind}`).split("\n").slice(1));
  return lines.flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTEN && sockets.has(inode) ? [address(local)] : [];
  });
}

const LISTEN = "0A";

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return namesIn(folder).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${name}`))?.[1] ?? [];
    } catch {
      return []; // closed meanwhile
    }
  });
}

/** Hexadecimal words of four bytes each, the lowest byte first, and the port. */
function address(text: string): string {
  const [words, port] = text.split(":");
  const bytes = words.match(/.{8}/g)!.flatMap((word) => [...Buffer.from(word, "hex").reverse()]);
  const host = bytes.length === 4 ? bytes.join(".") : Buffer.from(bytes).toString("hex");
  return `${host}:${Number.parseInt(port, 16)}`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // ended meanwhile
  }
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
