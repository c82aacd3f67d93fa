// The safetensors file format (header of JSON, then raw little-endian data): weights that PyTorch reads, with no code inside.
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { refused, UserError } from "../errors";

/** A tensor on the host: row-major data with its shape. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** Writes named tensors (float32 as F32, int64 as I64) whole: to a temporary file first, which is then renamed. */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Record<string, string> = {},
): void {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    if (sizeOf(shape) !== data.length)
      throw new RangeError(`writeSafetensors: "${name}" has ${data.length} values for shape [${shape}]`);
    const dtype = data instanceof Float32Array ? "F32" : "I64";
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padding = Buffer.alloc((8 - (json.length % 8)) % 8, " "); // the data starts at a multiple of 8 bytes
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length + padding.length));
  const bodies = [...tensors.values()].map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  const temporary = `${path}.${process.pid}.part`;
  writeFileSync(temporary, Buffer.concat([length, json, padding, ...bodies]));
  renameSync(temporary, path);
}

/** Reads a safetensors file. F32 and I64 tensors are known; anything else, or a damaged file, is a UserError that names the file. */
export function readSafetensors(path: string): Map<string, HostTensor> {
  const file = wholeFile(path);
  const damaged = (what: string) =>
    new UserError(`${path}: ${what}; the file is damaged or not a safetensors file: save it again`);
  if (file.length < 8) throw damaged(`only ${file.length} bytes`);
  const start = 8 + Number(file.readBigUInt64LE(0));
  if (start > file.length) throw damaged(`its header claims ${start - 8} bytes of ${file.length - 8}`);
  const header = parseHeader(file.subarray(8, start).toString(), damaged);
  refuseShared(header, file.length - start, damaged);
  const tensors = new Map<string, HostTensor>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    const width = dtype === "F32" ? 4 : dtype === "I64" ? 8 : null;
    if (!width)
      throw new UserError(
        `${path}: tensor "${name}" is of type ${dtype}; NASLab reads F32 and I64: save it as one of these`,
      );
    const [from, to] = data_offsets;
    if (to - from !== sizeOf(shape) * width || start + to > file.length)
      throw damaged(`tensor "${name}" of shape [${shape}] has bytes ${from} to ${to}`);
    const bytes = new Uint8Array(file.subarray(start + from, start + to)).buffer; // a copy, aligned
    tensors.set(name, { shape, data: dtype === "F32" ? new Float32Array(bytes) : new BigInt64Array(bytes) });
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
