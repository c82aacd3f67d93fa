import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tarFiles } from "../../src/datasets/tar";
import { filesIn, temporaryFolder } from "./cifar10-files";

/** What the system's tar writes of a folder with files of sizes around a block's, an empty folder and a link. */
function archive(format: string): { bytes: Buffer; files: Record<string, Buffer> } {
  const files: Record<string, Buffer> = {};
  for (const size of [0, 1, 511, 512, 513, 3_073]) files[`f${size}`] = Buffer.alloc(size, size);
  const folder = filesIn(join(temporaryFolder(), "top"), files);
  mkdirSync(join(folder, "empty"));
  symlinkSync("f1", join(folder, "link"));
  return { bytes: execFileSync("tar", [`--format=${format}`, "-cf", "-", "-C", join(folder, ".."), "top"]), files };
}

for (const format of ["ustar", "gnu", "pax"]) {
  test(`tarFiles reads the files of a ${format} archive and passes over the rest`, () => {
    const { bytes, files } = archive(format);
    const read = Object.fromEntries(
      [...tarFiles(bytes)].map((f) => [f.path.replace("top/", ""), Buffer.from(f.bytes)]),
    );
    assert.deepEqual(read, files);
  });
}

test("tarFiles refuses a damaged or shortened archive", () => {
  const { bytes } = archive("ustar");
  const damaged = Buffer.from(bytes);
  damaged[0] ^= 1;
  assert.throws(() => [...tarFiles(damaged)], {
    name: "RangeError",
    message: "tarFiles: damaged tar archive at byte 0",
  });
  const [last] = [...tarFiles(bytes)].filter((f) => f.path === "top/f3073");
  const end = last.bytes.byteOffset - bytes.byteOffset + 3_072;
  assert.throws(() => [...tarFiles(bytes.subarray(0, end))], /damaged tar archive/);
});
