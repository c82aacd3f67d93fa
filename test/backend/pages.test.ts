// What TensorFlow's libraries keep resident after loading.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { useBackend } from "../../src/backend";

/** Bytes of the mappings of TensorFlow's libraries, all and resident, from the kernel's own account (Linux). */
function libraries(): { size: number; resident: number } {
  const sum = { size: 0, resident: 0 };
  let ours = false;
  for (const line of readFileSync("/proc/self/smaps", "utf8").split("\n")) {
    if (/^[0-9a-f]+-/.test(line)) ours = line.includes("libtensorflow");
    const [, field, kilobytes] = /^(Size|Rss):\s+(\d+) kB/.exec(line) ?? [];
    if (ours && field) sum[field === "Size" ? "size" : "resident"] += 1024 * Number(kilobytes);
  }
  return sum;
}

test("loading leaves little of TensorFlow's libraries resident", { skip: process.platform !== "linux" }, async () => {
  await useBackend("native");
  const { size, resident } = libraries();
  assert.ok(size > 3e8, `${size} bytes are mapped`);
  assert.ok(resident < size / 4, `${resident} of ${size} bytes are resident`);
});
