// The safetensors file format (header of JSON, then raw little-endian data): weights that PyTorch reads, with no code inside.
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { refused, UserError } from "../errors";

/** A tensor on the host: row-major data with its shape. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | BigInt64Array;
}

/** The types that are known: what holds them here, and the bytes of a number. */
const TYPES = {
  F32: { holds: Float32Array, width: 4 },
  F64: { holds: Float64Array, width: 8 },
  I64: { holds: BigInt64Array, width: 8 },
} as const;

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** Writes named tensors whole: to a temporary file first, which is then renamed. */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Record<string, string> = {},
): void {
  const temporary = `${path}.${process.pid}.part`;
  writeFileSync(temporary, encodeSafetensors(tensors, metadata));
  renameSync(temporary, path);
}

/** The bytes of a safetensors file: float32 as F32, float64 as F64, int64 as I64. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Record<string, string> = {},
): Buffer {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    if (sizeOf(shape) !== data.length)
      throw new RangeError(`encodeSafetensors: "${name}" has ${data.length} values for shape [${shape}]`);
    const dtype = Object.entries(TYPES).find(([, { holds }]) => data instanceof holds)![0];
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padding = Buffer.alloc((8 - (json.length % 8)) % 8, " "); // the data starts at a multiple of 8 bytes
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length + padding.length));
  const bodies = [...tensors.values()].map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([length, json, padding, ...bodies]);
}

/** Reads a safetensors file. F32, F64 and I64 tensors are known; anything else, or a damaged file, is a UserError that names the file. */
export const readSafetensors = (path: string): Map<string, HostTensor> => decodeSafetensors(wholeFile(path), path);

/** The tensors of a file's bytes. @throws UserError as `readSafetensors`, with this path. */
export function decodeSafetensors(file: Buffer, path: string): Map<string, HostTensor> {
  const damaged = (what: string) =>
    new UserError(`${path}: ${what}; the file is damaged or not a safetensors file: save it again`);
  if (file.length < 8) throw damaged(`only ${file.length} bytes`);
  const start = 8 + Number(file.readBigUInt64LE(0));
  if (start > file.length) throw damaged(`its header claims ${start - 8} bytes of ${file.length - 8}`);
  const header = parseHeader(file.subarray(8, start).toString(), damaged);
  refuseShared(header, file.length - start, damaged);
  const tensors = new Map<string, HostTensor>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    const type = Object.hasOwn(TYPES, dtype) ? TYPES[dtype as keyof typeof TYPES] : null;
    if (!type)
      throw new UserError(
        `${path}: tensor "${name}" is of type ${dtype}; NASLab reads ${Object.keys(TYPES).join(", ")}: save it as one of these`,
      );
    const [from, to] = data_offsets;
    if (to - from !== sizeOf(shape) * type.width || start + to > file.length)
      throw damaged(`tensor "${name}" of shape [${shape}] has bytes ${from} to ${to}`);
    const bytes = new Uint8Array(file.subarray(start + from, start + to)).buffer; // a copy, aligned
    tensors.set(name, { shape, data: new type.holds(bytes) });
  }
  return tensors;
}

function wholeFile(path: string): Buffer {
  try {
    if (statSync(path).isFile()) return readFileSync(path);
  } catch (error) {
    throw refused(error, `${path}: it cannot be read`, "name a safetensors file that you may read");
  }
  throw new UserError(`${path}: it is no file; name a safetensors file`);
}

/** The tensors that a header lists, each of the form that it must have. */
function parseHeader(json: string, damaged: (what: string) => Error): Record<string, HeaderEntry> {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch {
    throw damaged("its header is not JSON");
  }
  if (!isRecord(header)) throw damaged("its header is no object");
  const { __metadata__, ...entries } = header;
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
    const areSizes = typeof dtype === "string" && isSizes(shape) && isSizes(offsets) && offsets.length === 2;
    if (!areSizes) throw damaged(`tensor "${name}" is listed as ${JSON.stringify(entry).slice(0, 100)}`);
  }
  return entries as Record<string, HeaderEntry>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

/** Each byte belongs to one tensor: tensors that share theirs would take more memory than the file is long. */
function refuseShared(header: Record<string, HeaderEntry>, length: number, damaged: (what: string) => Error): void {
  const claimed = Object.values(header).reduce((sum, { data_offsets: [from, to] }) => sum + to - from, 0);
  if (claimed !== length) throw damaged(`its tensors claim ${claimed} bytes, and ${length} are there`);
}
