// The cache of downloaded data sets: what is in it was checked by hash and written whole.
import { existsSync, promises as fs } from "node:fs";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { UserError } from "../errors";
import { download, type Report, reportOnStderr, type Wanted } from "./download";
import { type TarFile, tarFiles } from "./tar";

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

/** More than any file that is downloaded has. */
const MOST_BYTES = 250e6;
/** More than any archive holds. */
const MOST_UNPACKED_BYTES = 400e6;

const downloading = reportOnStderr("Downloading");

/** NASLAB_DATA; else naslab in XDG_CACHE_HOME; else ~/.cache/naslab. */
export function cacheFolder(): string {
  const { NASLAB_DATA, XDG_CACHE_HOME } = process.env;
  return resolve(NASLAB_DATA || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "naslab"));
}

/**
 * The folder of an archive's contents in the cache. If it is not there yet, the archive is downloaded from the official
 * site, or from NASLAB_DATA_MIRROR (a folder, or the file: or https: address of one), checked and unpacked.
 * @throws UserError if it cannot be had, has another hash, or cannot be written; the cache then holds at most what has come of it so far,
 * from which the next call goes on.
 */
export async function cachedFolder(archive: Archive, report: Report = downloading): Promise<string> {
  const cache = cacheFolder();
  const folder = join(cache, archive.folder);
  if (existsSync(folder)) return folder;
  const { title, file, sha256 } = archive;
  const site = process.env.NASLAB_DATA_MIRROR || archive.site;
  await fillWhole(title, cache, folder, async (partial) => {
    const bytes = await download(
      wantedBy(cache, { title, site, file, hash: { kind: "SHA-256", sum: sha256 } }),
      report,
    );
    await writeContents(archive, bytes, partial);
  });
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
  report: Report = downloading,
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
      const wanted = { title, site, file: `${name}/${file}`, hash: { kind: "MD5", sum } } as const;
      await fs.writeFile(join(partial, file), await download(wantedBy(cache, wanted), report));
    }
  });
  return folder;
}

/**
 * A folder of the cache for what is computed of other files, filled when it is first asked for.
 * @param title for messages. @param name of the folder. @throws UserError if it cannot be written.
 */
export async function computedFolder(
  title: string,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const cache = cacheFolder();
  const folder = join(cache, name);
  if (!existsSync(folder)) await fillWhole(title, cache, folder, fill);
  return folder;
}

/** With a place in the cache for what has come so far; what has another hash gets another. */
function wantedBy(cache: string, wanted: Omit<Wanted, "partial" | "mostBytes">): Wanted {
  const name = `${wanted.file.replaceAll("/", "-")}.${wanted.hash.sum.slice(0, 8)}.download`;
  return { ...wanted, mostBytes: MOST_BYTES, partial: join(cache, name) };
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

/** Writes what is wanted of an archive into a folder, whatever paths it has there; links and all else are left out. */
async function writeContents(archive: Archive, bytes: Uint8Array, folder: string): Promise<void> {
  const wrong = (what: string) =>
    new UserError(`${archive.title}: ${archive.file} ${what}; correct NASLAB_DATA_MIRROR if it names the wrong place`);
  const missing = new Set(archive.contents);
  for (const file of await filesIn(bytes, wrong)) {
    const name = basename(file.path);
    if (missing.delete(name)) await fs.writeFile(join(folder, name), file.bytes);
  }
  if (missing.size > 0) throw wrong(`has no ${[...missing].join(", ")}`);
}

async function filesIn(archive: Uint8Array, wrong: (what: string) => UserError): Promise<TarFile[]> {
  try {
    return [...tarFiles(await promisify(gunzip)(archive, { maxOutputLength: MOST_UNPACKED_BYTES }))];
  } catch (error) {
    throw wrong(`is damaged (${(error as Error).message})`);
  }
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
