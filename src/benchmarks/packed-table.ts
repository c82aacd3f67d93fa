// Tables of accuracies as the package has them: gzip of one column after the other.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { refused, UserError } from "../errors";

/** A table's file. */
export interface PackedTable {
  readonly path: string;
  /** For messages. */
  readonly title: string;
  /** Rows: the architectures. */
  readonly size: number;
  readonly columns: readonly string[];
  /** Little-endian whole numbers: signed of 32 bits, or unsigned of 16. */
  readonly type: "int32" | "uint16";
  /** How many of them are one percent. */
  readonly percent: number;
}

const remedy = "install NASLab again, or take the file from its repository";

/** The columns in percent. @throws UserError if it cannot be read, or is another file; it is not unpacked further than the table is long. */
export function readColumns(table: PackedTable): ReadonlyMap<string, Float64Array> {
  const { path, size, columns, type, percent } = table;
  const width = type === "int32" ? 4 : 2;
  const bytes = width * columns.length * size;
  const file = unpacked(table, bytes);
  if (file.length !== bytes)
    throw new UserError(`"${path}" holds ${file.length} bytes, the table has ${bytes}; ${remedy}`);
  const read = (at: number) => (type === "int32" ? file.readInt32LE(width * at) : file.readUInt16LE(width * at));
  return new Map(
    columns.map((name, k) => [name, Float64Array.from({ length: size }, (_, row) => read(k * size + row) / percent)]),
  );
}

function unpacked({ path, title }: PackedTable, most: number): Buffer {
  try {
    return gunzipSync(readFileSync(path), { maxOutputLength: most });
  } catch (error) {
    throw refused(error, `"${path}" is not ${title}'s table: ${(error as Error).message}`, remedy);
  }
}
