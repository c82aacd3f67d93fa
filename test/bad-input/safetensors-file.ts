// Safetensors files that no writer would make.

/** A header, as JSON or as text, and so many bytes behind it. */
export function safetensorsOf(header: unknown, bytes: number): Buffer {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(bytes)]);
}
