// Writes and reads Protocol Buffers' wire format (https://protobuf.dev/programming-guides/encoding): what TensorFlow's graphs, the
// traces of their runs and TensorBoard's events need of it.

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

export function doubleField(field: number, value: number): Buffer {
  return Buffer.concat([varint((field << 3) | 1), packedDoubles([value])]);
}

/** The value of a field of packed doubles. */
export function packedDoubles(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, k) => {
    bytes.writeDoubleLE(value, 8 * k);
  });
  return bytes;
}

/** Strings, embedded messages, packed repeated numbers: all are counted bytes. */
export function bytesField(field: number, value: Buffer | string): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

/** What a message has under a field's number, in its order: counted bytes (a string, an embedded message). */
export const countedFields = (bytes: Uint8Array, field: number): Uint8Array[] =>
  [...fields(bytes)].flatMap(([number, value]) => (number === field && value instanceof Uint8Array ? value : []));

/** The integer under a field's number; 0, the format's default, where there is none. */
export function integerOf(bytes: Uint8Array, field: number): number {
  for (const [number, value] of fields(bytes)) if (number === field && typeof value === "number") return value;
  return 0;
}

/** The double under a field's number; 0, the format's default, where there is none. */
export function doubleOf(bytes: Uint8Array, field: number): number {
  for (const [number, value] of fields(bytes))
    if (number === field && value instanceof Uint8Array && value.length === 8)
      return Buffer.from(value.buffer, value.byteOffset, 8).readDoubleLE();
  return 0;
}

/** Bytes that every field of a fixed size takes, by its wire type. */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/** All fields of a message; those of a fixed size as the bytes that they are. @throws Error for a message that is none. */
function* fields(bytes: Uint8Array): Generator<[number: number, value: number | Uint8Array]> {
  let position = 0;
  const integer = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      if (position >= bytes.length) throw new Error("protobuf: the message is cut off");
      const byte = bytes[position++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (position < bytes.length) {
    const tag = integer();
    const type = tag % 8;
    if (type !== 0 && type !== 2 && !(type in FIXED)) throw new Error(`protobuf: unknown wire type ${type}`);
    const value = type === 0 ? integer() : take(type === 2 ? integer() : FIXED[type]);
    yield [Math.floor(tag / 8), value];
  }
  function take(length: number): Uint8Array {
    position += length;
    if (position > bytes.length) throw new Error("protobuf: the message is cut off");
    return bytes.subarray(position - length, position);
  }
}
