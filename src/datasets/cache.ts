// The cache of downloaded data sets: what is in it was checked by hash and written whole.
import { createHash } from "node:crypto";
import { existsSync, promises as fs } from "node:fs";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { UserError } from "../errors";
import { download, type Report, reportOnStderr } from "./download";
import { tarFiles } from "./tar";

/** A published tar.gz archive of a data set. */
export interface Archive {
  /** Name of the data set for messages. */
  readonly title: string;
  /** File name of the archive, at the official site and at a mirror. */
  readonly file: string;
  /** Address of the folder at the official site. */
  readonly site: string;
  /** SHA-256 of the archive, hexadecimal. */
  readonly sha256: string;
  /** Folder in the cache that takes the contents. */
  readonly folder: string;
  /** Names of the files to take out of the archive; all must be there. */
  readonly contents: readonly string[];
}

/** NASLAB_DATA; else naslab in XDG_CACHE_HOME; else ~/.cache/naslab. */
export function cacheFolder(): string {
  const { NASLAB_DATA, XDG_CACHE_HOME } = process.env;
  return resolve(NASLAB_DATA || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "naslab"));
}

/**
 * The folder of an archive's contents in the cache. If it is not there yet, the archive is downloaded from the official
 * site, or from NASLAB_DATA_MIRROR (a folder, or the file:, http: or https: address of one), checked and unpacked.
 * @throws UserError if it cannot be had, has another hash, or cannot be written; the cache is then as it was before.
 */
export async function cachedFolder(archive: Archive, report: Report = reportOnStderr): Promise<string> {
  const cache = cacheFolder();
  const folder = join(cache, archive.folder);
  if (existsSync(folder)) return folder;
  const site = process.env.NASLAB_DATA_MIRROR || archive.site;
  const { bytes, from } = await download(archive.title, site, archive.file, report);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== archive.sha256) {
    throw new UserError(mismatch(archive.title, from, bytes, "SHA-256", sha256, `official archive ${archive.sha256}`));
  }
  await fillWhole(archive.title, cache, folder, async (partial) =>
    writeContents(archive, await promisify(gunzip)(bytes), partial),
  );
  return folder;
}

/** Files of a data set that come one by one, from nowhere but a mirror. */
export interface CheckedFiles {
  /** Name of the data set for messages. */
  readonly title: string;
  /** Folder in the cache, and at a mirror. */
  readonly folder: string;
  /** Each file's MD5, hexadecimal. */
  readonly md5: Readonly<Record<string, string>>;
  /** Who gives them, and what to do. */
  readonly source: string;
}

/**
 * The folder of these files in the cache. If it is not there yet, they are fetched from that folder at
 * NASLAB_DATA_MIRROR and checked.
 * @throws UserError without a mirror, or as `cachedFolder` does.
 */
export async function cachedFiles(
  { title, folder: name, md5, source }: CheckedFiles,
  report: Report = reportOnStderr,
): Promise<string> {
  const cache = cacheFolder();
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  const site = process.env.NASLAB_DATA_MIRROR;
  if (!site) {
    throw new UserError(
      `${title}: its files are not in "${folder}"; ${source} there, name their folder, or set NASLAB_DATA_MIRROR to a ` +
        `folder or address that has them in ${name}`,
    );
  }
  await fillWhole(title, cache, folder, async (partial) => {
    for (const [file, sum] of Object.entries(md5)) {
      const { bytes, from } = await download(title, site, `${name}/${file}`, report);
      const found = createHash("md5").update(bytes).digest("hex");
      if (found !== sum) throw new UserError(mismatch(title, from, bytes, "MD5", found, `official file ${sum}`));
      await fs.writeFile(join(partial, file), bytes);
    }
  });
  return folder;
}

function mismatch(
  title: string,
  from: string,
  bytes: Uint8Array,
  kind: string,
  found: string,
  official: string,
): string {
  return (
    `${title}: hash mismatch: ${from} (${bytes.length.toLocaleString("en")} bytes) has ${kind} ${found}, the ${official}; ` +
    "try again, or correct NASLAB_DATA_MIRROR if it names the wrong place"
  );
}

/** Lets `fill` write beside `folder` and renames at the end, so that `folder` is never there in part. */
async function fillWhole(
  title: string,
  cache: string,
  folder: string,
  fill: (partial: string) => Promise<void>,
): Promise<void> {
  let partial: string | undefined;
  try {
    await fs.mkdir(cache, { recursive: true });
    partial = await fs.mkdtemp(`${folder}.partial-`);
    await fill(partial);
    await fs.rename(partial, folder);
  } catch (error) {
    // Another process that downloaded at the same time may have been first.
    if (!existsSync(folder)) throw withRemedy(error, title, cache);
  } finally {
    if (partial) await fs.rm(partial, { recursive: true, force: true });
  }
}

async function writeContents(archive: Archive, tar: Uint8Array, folder: string): Promise<void> {
  const missing = new Set(archive.contents);
  for (const { path, bytes } of tarFiles(tar)) {
    if (missing.delete(basename(path))) await fs.writeFile(join(folder, basename(path)), bytes);
  }
  if (missing.size > 0) throw new UserError(`${archive.title}: ${archive.file} has no ${[...missing].join(", ")}`);
}

function withRemedy(error: unknown, title: string, cache: string): unknown {
  const remedy = "set NASLAB_DATA to a folder";
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOSPC":
    case "EDQUOT":
      return new UserError(`${title}: no space left in "${cache}"; free some, or ${remedy} on another disk`);
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "ENOTDIR":
    case "EEXIST":
      return new UserError(`${title}: cannot write in "${cache}"; ${remedy} that you may write in`);
    default:
      return error;
  }
}
