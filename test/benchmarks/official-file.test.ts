import assert from "node:assert/strict";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mock, test } from "node:test";
import { END, FileParts, readThrough } from "../../src/benchmarks/official-file";
import { temporaryFolder } from "../datasets/cifar10-files";

const folder = temporaryFolder();

test("progress is told to its end where no more of a file is needed", async () => {
  const path = join(folder, "large");
  writeFileSync(path, "");
  truncateSync(path, 50 * 2 ** 20); // of which nothing lies on the disk
  const file = new FileParts(path, { title: "a benchmark", what: "a file", from: "somewhere" });
  const told: string[] = [];
  const { stderr } = process;
  const terminal = stderr.isTTY;
  stderr.isTTY = true;
  const write = mock.method(stderr, "write", (text: string) => told.push(text) > 0);
  try {
    await readThrough(file, (bytes, at) => (at === 0 ? bytes.length : END));
  } finally {
    write.mock.restore();
    stderr.isTTY = terminal;
    file.close();
  }
  assert.deepEqual(
    told.map((line) => line.at(-1)),
    ["B", "\n"],
  );
});
