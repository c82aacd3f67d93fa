// CRC-32C (Castagnoli; RFC 3720, appendix B.4), as TensorFlow's record files have it.

const POLYNOMIAL = 0x82f63b78; // reflected

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let k = 0; k < 8; k++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

export function crc32c(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (let k = 0; k < bytes.length; k++) value = TABLE[(value ^ bytes[k]) & 255] ^ (value >>> 8);
  return ~value >>> 0;
}
