import assert from "node:assert/strict";
import { test } from "node:test";
import { spaces } from "../../src/spaces";
import { searchBytes } from "../../src/supernet";

const MiB = 2 ** 20;

test("the estimate is within 10 % of what fresh processes took", () => {
  type Measured = [
    backend: "native" | "wasm",
    channels: number,
    cells: number,
    batch: number,
    share: number,
    bytes: number,
  ];
  const measured: Measured[] = [
    ["wasm", 16, 1, 64, 1, 1715 * MiB],
    ["wasm", 16, 1, 32, 1, 935 * MiB],
    ["wasm", 8, 1, 64, 1, 925 * MiB],
    ["wasm", 8, 2, 64, 1, 1613 * MiB],
    ["wasm", 16, 1, 64, 2, 1245 * MiB],
    ["wasm", 16, 1, 64, 4, 826 * MiB],
    ["wasm", 16, 1, 32, 4, 482 * MiB],
    ["wasm", 8, 1, 64, 4, 487 * MiB],
    ["wasm", 8, 2, 64, 4, 765 * MiB],
    ["native", 16, 1, 64, 1, 476e6],
    ["native", 16, 1, 256, 1, 1104e6],
    ["native", 32, 1, 64, 1, 732e6],
    ["native", 16, 5, 64, 1, 1234e6],
    ["native", 16, 1, 64, 4, 369e6],
    ["native", 16, 5, 64, 4, 637e6],
  ];
  for (const [backend, channels, cells, batch, partialChannels, bytes] of measured) {
    const size = { channels, cells, partialChannels, image: [32, 32, 3], classes: 10 } as const;
    const ratio = searchBytes(spaces.nasBench201(), size, batch, backend) / bytes;
    assert.ok(
      Math.abs(ratio - 1) < 0.1,
      `${backend}, C=${channels}, N=${cells}, B=${batch}, K=${partialChannels}: ${ratio}`,
    );
  }
});
