// Writes Protocol Buffers' wire format (https://protobuf.dev/programming-guides/encoding): what a saved TensorFlow graph needs of it.

/** A base-128 variable-length integer; negative numbers as 64-bit two's complement. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest ? low | 128 : low);
  } while (rest);
  return Buffer.from(bytes);
}

/** The four bytes of a float. */
export function fixed32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

/** A message is its fields, one after the other. */
export function message(...fields: Buffer[]): Buffer {
  return Buffer.concat(fields);
}

export function integerField(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

export function floatField(field: number, value: number): Buffer {
  return Buffer.concat([varint((field << 3) | 5), fixed32(value)]);
}

/** Strings, embedded messages, packed repeated numbers: all are counted bytes. */
export function bytesField(field: number, value: Buffer | string): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}
