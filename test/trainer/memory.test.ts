import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../src/errors";
import { refuseWhatDoesNotFit, wasmBytes } from "../../src/trainer/memory";

const size = (channels: number, cells: number) => ({ channels, cells, image: [32, 32, 3], classes: 10 }) as const;

test("the estimate is within 10 % of what fresh processes took", () => {
  const measured: [channels: number, cells: number, batch: number, megabytes: number][] = [
    [16, 1, 64, 1715],
    [16, 1, 32, 935],
    [8, 1, 64, 925],
    [8, 2, 64, 1613],
  ];
  for (const [channels, cells, batch, megabytes] of measured) {
    const ratio = wasmBytes(size(channels, cells), batch) / (megabytes * 2 ** 20);
    assert.ok(Math.abs(ratio - 1) < 0.1, `${channels} channels, ${cells} cells, batch ${batch}: ${ratio}`);
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
