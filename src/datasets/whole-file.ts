// Reads a file of a data set, which may be anything that somebody has put there.
import { promises as fs } from "node:fs";
import type { UserError } from "../errors";

/** What to say of a file: what is wrong with it becomes an error with place and remedy. */
export type Wrong = (path: string, what: string) => UserError;

/**
 * The bytes of a regular file.
 * @param most how many bytes any file of its kind has; of a larger one nothing is read. @throws what `wrong` makes of it.
 */
export async function readWhole(path: string, most: number, wrong: Wrong): Promise<Buffer> {
  const { size } = await regularFile(path, wrong);
  if (size > most) throw wrong(path, `it has ${size.toLocaleString("en")} bytes, more than an official file`);
  try {
    return await fs.readFile(path);
  } catch (error) {
    throw asWrong(error, path, wrong);
  }
}

/** A link is followed; a folder, a pipe, a device is refused, which might never end. */
async function regularFile(path: string, wrong: Wrong): Promise<{ readonly size: number }> {
  const found = await fs.stat(path).catch((error) => {
    throw asWrong(error, path, wrong);
  });
  if (!found.isFile()) throw wrong(path, "it is no file");
  return found;
}

function asWrong(error: unknown, path: string, wrong: Wrong): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? error : wrong(path, `it cannot be read (${code})`);
}
