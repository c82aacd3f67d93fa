import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../src/errors";
import { spaces } from "../../src/spaces";
import { refuseWhatDoesNotFit } from "../../src/trainer/memory";

const size = (channels: number, cells: number) => ({ channels, cells, image: [32, 32, 3], classes: 10 }) as const;

test("the papers' search is refused on wasm with the estimate and the remedy, a small one is not", () => {
  refuseWhatDoesNotFit(spaces.nasBench201(), size(16, 1), 64);
  assert.throws(
    () => refuseWhatDoesNotFit(spaces.nasBench201(), size(16, 5), 64),
    (error) =>
      error instanceof UserError &&
      /needs about [678]\.\d GB on wasm.*batch of at most \d+, or the native backend/.test(error.message),
  );
});
