// What is used of seek-bzip, which has no types of its own.
declare module "seek-bzip" {
  /** @throws Error for data that is no bzip2, is cut off or has another checksum. */
  export function decode(input: Uint8Array, output: { writeByte(byte: number): void }): void;
}
