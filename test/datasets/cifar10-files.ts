// Small files in CIFAR-10's official binary format, written plane by plane from a rule for each pixel.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A fresh folder, gone at the process's end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "naslab-test-"));
  folders.push(folder);
  return folder;
}

/** The byte of every test image at a place: differs between images, rows, columns and channels. */
export function byteAt(image: number, y: number, x: number, channel: number): number {
  return (7 * image + 31 * y + 3 * x + 101 * channel) % 256;
}

/** Records of the images `first` … `first + count − 1`, the label of image i being i mod 10. */
export function records(first: number, count: number): Buffer {
  const bytes: number[] = [];
  for (let image = first; image < first + count; image++) {
    bytes.push(image % 10);
    for (let channel = 0; channel < 3; channel++) {
      for (let y = 0; y < 32; y++) for (let x = 0; x < 32; x++) bytes.push(byteAt(image, y, x, channel));
    }
  }
  return Buffer.from(bytes);
}

/** Writes files into a folder, which is made, and returns it. */
export function filesIn(folder: string, files: Record<string, Uint8Array | string>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}
