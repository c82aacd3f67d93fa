// Official files of benchmarks: large, read in parts, and indexed once on disk.
import { createHash } from "node:crypto";
import { closeSync, promises as fs, openSync, readSync, realpathSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { computedFolder } from "../datasets/cache";
import { reportOnStderr } from "../datasets/download";
import { UserError } from "../errors";

/** What is known of a file or folder that a benchmark has published. */
export interface Published {
  /** The benchmark, for messages. */
  readonly title: string;
  /** Its name and size. */
  readonly what: string;
  /** Where it is to be had. */
  readonly from: string;
}

/** @param wrong the end of a sentence that begins with the path. */
export const notOfficial = ({ title, what, from }: Published, path: string, wrong: string): UserError =>
  new UserError(`${title}: "${path}" ${wrong}; it has to be ${what}, from ${from}`);

/** Descriptors of files whose readers nobody holds any more. */
const forgotten = new FinalizationRegistry<number>(closeSync);

/** A file that is read in parts. */
export class FileParts {
  readonly size: number;
  /** The same for a file that has not changed. */
  readonly identity: string;
  readonly #file: number;

  /** @throws UserError that says where the file is to be had. */
  constructor(
    readonly path: string,
    readonly published: Published,
  ) {
    if (typeof path !== "string")
      throw new UserError(`${published.title}: give its file, ${published.what}, from ${published.from}`);
    const asked = <T>(call: () => T): T => {
      try {
        return call();
      } catch (error) {
        throw notOfficial(published, path, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
      }
    };
    const found = asked(() => statSync(path));
    if (!found.isFile()) throw notOfficial(published, path, "is no file"); // a pipe, which might never open
    this.#file = asked(() => openSync(path, "r"));
    forgotten.register(this, this.#file, this);
    this.size = found.size;
    this.identity = createHash("sha256")
      .update(JSON.stringify([realpathSync(path), found.size, found.mtimeMs]))
      .digest("hex")
      .slice(0, 16);
  }

  /** @throws UserError where the file ends before. */
  read(at: number, length: number): Buffer {
    if (!(at >= 0 && length >= 0 && at + length <= this.size))
      throw this.wrong(
        `ends at byte ${this.size.toLocaleString("en")} where ${length.toLocaleString("en")} bytes from byte ${at.toLocaleString("en")} on have to be`,
      );
    const bytes = Buffer.allocUnsafe(length);
    for (let done = 0; done < length; ) {
      const count = readSync(this.#file, bytes, done, length - done, at + done);
      if (count === 0) throw this.wrong("has become shorter");
      done += count;
    }
    return bytes;
  }

  /** Where it is not left to the collection of garbage. */
  close(): void {
    forgotten.unregister(this);
    closeSync(this.#file);
  }

  wrong(what: string): UserError {
    return notOfficial(this.published, this.path, what);
  }
}

/** What is read of a file, which is closed where that fails. */
export async function opened<T>(file: FileParts, of: (file: FileParts) => T | Promise<T>): Promise<T> {
  try {
    return await of(file);
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Bytes that are read at a time, with a turn for others between. */
const CHUNK = 4 * 2 ** 20;

/**
 * A file's bytes in order, a few MB at a time, each time with what `take` has left of those before; progress goes to stderr.
 * @param take is given bytes, where they begin in the file, and whether they are the last; it answers how many of them it is through with.
 */
export async function readThrough(
  file: FileParts,
  take: (bytes: Buffer, at: number, last: boolean) => number,
  from = 0,
): Promise<void> {
  const report = reportOnStderr("Indexing");
  let rest: Buffer = Buffer.alloc(0);
  for (let at = from; at < file.size; ) {
    const chunk = file.read(at, Math.min(CHUNK, file.size - at));
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const start = at - rest.length;
    at += chunk.length;
    const done = take(bytes, start, at === file.size);
    const over = done === END || at === file.size;
    if (file.size > 10 * CHUNK) report({ from: file.path, received: at, total: file.size, done: over });
    if (done === END) return;
    rest = bytes.subarray(done);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** What `take` answers when it needs no more of the file. */
export const END = -1;

/**
 * An index of a file, made once and kept in the cache until the file changes.
 * @param kind of the index and its version. @param make its bytes.
 */
export async function indexOf(file: FileParts, kind: string, make: () => Promise<Uint8Array>): Promise<FileParts> {
  const { title } = file.published;
  const folder = await computedFolder(title, `${basename(file.path)}-${kind}-${file.identity}`, async (partial) => {
    await fs.writeFile(join(partial, "index"), await make(), { flush: true });
  });
  const from = "which NASLab makes another once the folder is removed";
  return new FileParts(join(folder, "index"), { title, what: `an index of "${file.path}"`, from });
}
