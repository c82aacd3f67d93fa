// TensorFlow's record files: of each record its length, a checksum of the length, its bytes and a checksum of these. A checksum is a
// masked CRC-32C (tensorflow/core/lib/io/record_writer.h).
import { crc32c } from "./crc32c";

/** Bytes before and behind a record's own. */
export const RECORD_HEAD = 12;
export const RECORD_TAIL = 4;

/** The bytes of a record as the format frames them. */
export function record(data: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, masked(length), data, masked(data)]);
}

/** How many bytes a record has of its own. @param head its first twelve bytes. @throws RangeError for a wrong checksum. */
export function recordLength(head: Buffer): number {
  if (!masked(head.subarray(0, 8)).equals(head.subarray(8, RECORD_HEAD)))
    throw new RangeError("a length with another checksum");
  return Number(head.readBigUInt64LE());
}

/** @param bytes a record's own and the checksum behind them. @returns its own. @throws RangeError for a wrong checksum. */
export function recordData(bytes: Buffer): Buffer {
  const data = bytes.subarray(0, -RECORD_TAIL);
  if (!masked(data).equals(bytes.subarray(-RECORD_TAIL))) throw new RangeError("a record with another checksum");
  return data;
}

function masked(bytes: Buffer): Buffer {
  const crc = crc32c(bytes);
  const result = Buffer.alloc(RECORD_TAIL);
  result.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  return result;
}
