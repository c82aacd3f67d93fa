// The plain files of a tar archive (POSIX ustar and GNU headers): blocks of 512 bytes, a header before each file.
const BLOCK = 512;

/** A regular file in an archive: its path there and its bytes (a view, not a copy). */
export interface TarFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The regular files of an uncompressed tar archive, in order. Folders, links and other entries are passed over.
 * @throws RangeError if a header's checksum does not match or a file runs past the end.
 */
export function* tarFiles(archive: Uint8Array): Generator<TarFile> {
  let at = 0;
  while (at + BLOCK <= archive.length && archive[at] !== 0) {
    const header = archive.subarray(at, at + BLOCK);
    const size = octal(header, 124, 12);
    const start = at + BLOCK;
    if (octal(header, 148, 8) !== checksum(header) || !(start + size <= archive.length)) {
      throw new RangeError(`tarFiles: damaged tar archive at byte ${at}`);
    }
    const type = header[156];
    // "0", or NUL in archives from before POSIX.
    if (type === 0x30 || type === 0) yield { path: text(header, 0, 100), bytes: archive.subarray(start, start + size) };
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}

function text(header: Uint8Array, from: number, length: number): string {
  const field = Buffer.from(header.subarray(from, from + length));
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end);
}

/** NaN where there is another sign: a size below zero would lead back to where we were. */
function octal(header: Uint8Array, from: number, length: number): number {
  const digits = text(header, from, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** Sum of the header's bytes, its checksum field read as spaces. */
function checksum(header: Uint8Array): number {
  return header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0);
}
