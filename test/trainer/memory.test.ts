import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../src/errors";
import { refuseWhatDoesNotFit, wasmBytes } from "../../src/trainer/memory";

const size = (channels: number, cells: number, partialChannels = 1) =>
  ({ channels, cells, partialChannels, image: [32, 32, 3], classes: 10 }) as const;

test("the estimate is within 10 % of what fresh processes took", () => {
  const measured: [channels: number, cells: number, batch: number, share: number, megabytes: number][] = [
    [16, 1, 64, 1, 1715],
    [16, 1, 32, 1, 935],
    [8, 1, 64, 1, 925],
    [8, 2, 64, 1, 1613],
    [16, 1, 64, 2, 1245],
    [16, 1, 64, 4, 826],
    [16, 1, 32, 4, 482],
    [8, 1, 64, 4, 487],
    [8, 2, 64, 4, 765],
  ];
  for (const [channels, cells, batch, share, megabytes] of measured) {
    const ratio = wasmBytes(size(channels, cells, share), batch) / (megabytes * 2 ** 20);
    assert.ok(
      Math.abs(ratio - 1) < 0.1,
      `${channels} channels, ${cells} cells, batch ${batch}, K = ${share}: ${ratio}`,
    );
  }
});

test("the papers' search is refused on wasm with the estimate and the remedy, a small one is not", () => {
  refuseWhatDoesNotFit(size(16, 1), 64);
  assert.throws(
    () => refuseWhatDoesNotFit(size(16, 5), 64),
    (error) =>
      error instanceof UserError &&
      /needs about 7\.\d GB on wasm.*batch of at most \d+, or the native backend/.test(error.message),
  );
});
