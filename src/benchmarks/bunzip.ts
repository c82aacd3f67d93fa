// Decompresses bzip2 (by seek-bzip, which checks the checksums).
import { decode } from "seek-bzip";

/** @param most bytes that it may have. @throws RangeError for what is damaged, cut off, or longer. */
export function bunzip(compressed: Uint8Array, most: number): Buffer {
  let bytes = Buffer.allocUnsafe(Math.min(most, 2 ** 20));
  let length = 0;
  const writeByte = (byte: number) => {
    if (length === most) throw new RangeError(`it has more than ${most.toLocaleString("en")} bytes`);
    if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(most, 2 * length));
    bytes[length++] = byte;
  };
  try {
    decode(compressed, { writeByte });
  } catch (error) {
    throw new RangeError((error as Error).message);
  }
  return bytes.subarray(0, length);
}
