// Fetches one file of a data set, from a web site or from a folder that stands in for it, and checks it.
import { createHash } from "node:crypto";
import { constants, promises as fs } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors";

/** Called as bytes arrive; `total` is undefined where the site does not tell, `done` is true once, at the end. */
export type Report = (progress: { from: string; received: number; total: number | undefined; done: boolean }) => void;

/** A published file. */
export interface Wanted {
  /** Name of the data set for messages. */
  readonly title: string;
  /** An https: or file: address, the http: address of a server on this machine, or a folder. */
  readonly site: string;
  /** Its path there. */
  readonly file: string;
  /** Its hash, hexadecimal. */
  readonly hash: { readonly kind: "SHA-256" | "MD5"; readonly sum: string };
  /** More bytes than it has: what is larger is refused before it fills memory or disk. */
  readonly mostBytes: number;
  /** Where what has come is kept until all is there; the next call goes on from it. */
  readonly partial: string;
}

/**
 * The bytes of a file, which have its hash.
 * @throws UserError if it cannot be had, with the reason, or is another one; the system's error if `partial` cannot be written.
 */
export async function download(wanted: Wanted, report: Report): Promise<Buffer> {
  const { title, site, file, hash, mostBytes, partial } = wanted;
  const remote = /^https?:/i.test(site);
  const from = remote ? `${site.replace(/\/+$/, "")}/${file}` : join(localFolder(site), file);
  let bytes: Buffer;
  try {
    bytes = remote ? await fetchBytes(from, wanted, report) : await localBytes(from, mostBytes);
  } catch (error) {
    if (remote && error instanceof Error && "syscall" in error) throw error; // of writing; fetch hides its own in the cause
    if (error instanceof Unusable) await fs.rm(partial, { force: true });
    throw new UserError(
      `${title}: cannot read ${from} (${reason(error)}); try again, set NASLAB_DATA_MIRROR to a folder or address ` +
        `that has ${file}, or unpack it yourself and name its folder`,
    );
  }
  await fs.rm(partial, { force: true });
  const sum = createHash(hash.kind.replace("-", "")).update(bytes).digest("hex");
  if (sum === hash.sum) return bytes;
  throw new UserError(
    `${title}: hash mismatch: ${from} (${bytes.length.toLocaleString("en")} bytes) has ${hash.kind} ${sum}, the official ` +
      `file ${hash.sum}; try again, or correct NASLAB_DATA_MIRROR if it names the wrong place`,
  );
}

/** A download that it is no use to go on with. */
class Unusable extends Error {}

const tooLarge = (most: number) => new Unusable(`it is larger than ${most / 1e6} MB, which no such file is`);

function localFolder(site: string): string {
  return /^file:/i.test(site) ? fileURLToPath(site) : site;
}

async function localBytes(path: string, most: number): Promise<Buffer> {
  const found = await fs.stat(path);
  if (!found.isFile()) throw new Error("it is no file");
  if (found.size > most) throw tooLarge(most);
  return fs.readFile(path);
}

/**
 * Each byte is written to its own place, and what is there must have the hash: processes that fetch the same file at once do no harm to each other.
 */
async function fetchBytes(address: string, { partial, mostBytes }: Wanted, report: Report): Promise<Buffer> {
  await fs.mkdir(dirname(partial), { recursive: true });
  const file = await fs.open(partial, constants.O_RDWR | constants.O_CREAT);
  try {
    const { size } = await file.stat();
    const response = await request(address, size);
    if (response.status !== HOLDS_ALL) {
      let received = response.status === PART ? size : 0;
      const total = totalOf(response, received);
      if (total !== undefined && total > mostBytes) throw tooLarge(mostBytes);
      for await (const chunk of response.body ?? []) {
        if (received + chunk.length > mostBytes) throw tooLarge(mostBytes);
        await writeAt(file, chunk, received);
        received += chunk.length;
        report({ from: address, received, total, done: false });
      }
      await file.truncate(received);
      report({ from: address, received, total, done: true });
    }
    return await file.readFile();
  } finally {
    const { size } = await file.stat();
    await file.close();
    if (size === 0) await fs.rm(partial, { force: true });
  }
}

const PART = 206;
/** There is nothing behind the bytes that we have. */
const HOLDS_ALL = 416;
const MOST_REDIRECTIONS = 5;

/** Asks for a file from a byte on, by secure ways only. */
async function request(address: string, from: number): Promise<Response> {
  let at = address;
  for (let hop = 0; hop <= MOST_REDIRECTIONS; hop++) {
    if (!isSecure(new URL(at))) throw new Error(`${at} is not encrypted: give an https: address or a folder`);
    const range: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
    // As it is: a hash is of what is stored there.
    const response = await fetch(at, { redirect: "manual", headers: { "accept-encoding": "identity", ...range } });
    const location = response.headers.get("location");
    const elsewhere = response.status >= 300 && response.status < 400 && location !== null;
    if (response.ok || (response.status === HOLDS_ALL && from > 0)) return response;
    await response.body?.cancel();
    if (!elsewhere) throw new Error(`HTTP ${response.status} ${response.statusText}`.trim());
    at = new URL(location, at).href;
  }
  throw new Error(`more than ${MOST_REDIRECTIONS} redirections`);
}

const isSecure = ({ protocol, hostname }: URL): boolean =>
  protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname));

/** How many bytes the file has; undefined where the site does not tell. */
function totalOf({ status, headers }: Response, begun: number): number | undefined {
  const length = Number(headers.get("content-length") ?? Number.NaN);
  if (status === PART && !headers.get("content-range")?.startsWith(`bytes ${begun}-`))
    throw new Unusable(`it answers with another part than that from byte ${begun} on`);
  return Number.isFinite(length) ? begun + length : undefined;
}

async function writeAt(file: fs.FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

/** fetch hides the system's reason ("ECONNREFUSED", "ENOTFOUND") in the cause of its "fetch failed". */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  const why = cause as NodeJS.ErrnoException | undefined;
  return why ? `${message}: ${why.code ?? why.message}` : message;
}

/** Tells of what takes long on stderr: one line that is rewritten on a terminal, else one line for each tenth. @param doing its first word. */
export function reportOnStderr(doing: string): Report {
  let told = -1;
  return ({ from, received, total, done }) => {
    const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
    const step = done ? 100 : Math.floor((100 * received) / (total ?? 2e8));
    if (step === told || (!process.stderr.isTTY && Math.floor(step / 10) === Math.floor(told / 10))) return;
    told = done ? -1 : step;
    const line = `${doing} ${from}: ${megabytes(received)}${total ? ` of ${megabytes(total)}` : ""} MB`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}${done ? "\n" : ""}` : `${line}\n`);
  };
}
