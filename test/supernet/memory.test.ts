import assert from "node:assert/strict";
import { test } from "node:test";
import { searchBytes } from "../../src/supernet";

test("the estimate is within 10 % of what fresh processes took", () => {
  const measured: [backend: "native" | "wasm", channels: number, cells: number, batch: number, bytes: number][] = [
    ["wasm", 16, 1, 64, 1715 * 2 ** 20],
    ["wasm", 16, 1, 32, 935 * 2 ** 20],
    ["wasm", 8, 1, 64, 925 * 2 ** 20],
    ["wasm", 8, 2, 64, 1613 * 2 ** 20],
    ["native", 16, 1, 64, 688e6],
    ["native", 16, 1, 16, 541e6],
    ["native", 16, 1, 128, 894e6],
    ["native", 8, 1, 64, 580e6],
    ["native", 16, 2, 64, 905e6],
    ["native", 16, 5, 64, 1517e6],
  ];
  for (const [backend, channels, cells, batch, bytes] of measured) {
    const ratio = searchBytes({ channels, cells, image: [32, 32, 3], classes: 10 }, batch, backend) / bytes;
    assert.ok(Math.abs(ratio - 1) < 0.1, `${backend}, ${channels} channels, ${cells} cells, batch ${batch}: ${ratio}`);
  }
});
