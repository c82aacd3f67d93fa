// Files that are there whole or not at all, whatever happens meanwhile.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** The end of the names of files that are being written. */
export const PART = ".part";

/** Writes a file: a temporary one first, which reaches the disk and is then renamed. What was there before stays whole if it fails. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}${PART}`;
  try {
    write(temporary, "w", content);
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes all of a new file, or at the end of one, to the disk. */
export function write(path: string, flag: "w" | "wx" | "a", content: string | Uint8Array, sync = true): void {
  const file = openSync(path, flag);
  try {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at);
    if (sync) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A new name lasts only once its folder has reached the disk. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Whether an error is the disk's, the folder's or the network file system's, as opposed to a fault of ours. */
export const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === "string";
