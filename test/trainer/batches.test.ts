import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { RandomStream, useBackend } from "../../src/backend";
import { type Dataset, datasets, type FolderDataset } from "../../src/datasets";
import { encodePng } from "../../src/display/png";
import { UserError } from "../../src/errors";
import { methods, type SettingsInput } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { SearchRun } from "../../src/trainer";
import { temporaryFolder } from "../datasets/cifar10-files";

const SIZE = 8;
let folder: string;
let files: FolderDataset;
before(async () => {
  await useBackend("wasm"); // so small a network takes longer to compile than to run
  folder = temporaryFolder();
  const stream = new RandomStream(0, "pixels");
  for (const name of ["a", "b"]) {
    mkdirSync(join(folder, name));
    for (let i = 0; i < 80; i++) {
      const pixels = Uint8Array.from({ length: 3 * 12 * 10 }, () => stream.below(256));
      writeFileSync(join(folder, name, `${i}.png`), encodePng(pixels, 12, 10, 3));
    }
  }
  files = await datasets.imageFolder(folder, { size: SIZE, augmentation: { crop: "padded", padding: 2 } });
});

/** Two steps on 10 % and 2.5 % of the 80 images of each class: 16 images to train, 4 to validate. */
async function searched(data: Dataset, settings: SettingsInput = {}): Promise<SearchRun> {
  const small = { channels: 2, cells: 1, batch: 4, epochs: 1, stepsPerEpoch: 2, split: "drnas-imagenet" } as const;
  const run = await new SearchRun(methods.drnas, spaces.nasBench201(), data, { ...small, ...settings }).stage();
  run.dispose();
  return run;
}

/** All that a run has measured, times aside. */
const outcome = (run: SearchRun) => ({
  losses: run.steps.map(({ trainLoss, searchLoss }) => [trainLoss, searchLoss]),
  valid: run.history.map(({ valid }) => valid),
  eta: run.eta.map((row) => Array.from(row)),
});

test("a search on files is, bit for bit, the search on the same images in memory", async () => {
  const pixels = await Promise.all(files.train.paths.map((_, i) => files.pixels(i)));
  const { mean, std, augmentation, train } = files;
  const images = { images: Buffer.concat(pixels), labels: train.labels };
  const memory = datasets.fromArrays({ train: images, shape: [SIZE, SIZE, 3], mean, std, augmentation });
  assert.deepEqual(outcome(await searched(files)), outcome(await searched(memory)));
});

test("a search on random boxes of files is the same for the same seed, and sees cutout", async () => {
  const boxes = files.augmented({ crop: "resized" });
  const first = outcome(await searched(boxes));
  assert.deepEqual(outcome(await searched(boxes)), first);
  assert.notDeepEqual(outcome(await searched(boxes.augmented({ cutout: 4 }))), first);
});

test("a damaged file ends the stage with an error that names it", async () => {
  const path = join(folder, "b", "7.png");
  writeFileSync(path, "damaged");
  const fresh = await datasets.imageFolder(folder, { size: SIZE });
  const run = new SearchRun(methods.drnas, spaces.nasBench201(), fresh, {
    channels: 4,
    cells: 1,
    batch: 16,
    epochs: 1,
  });
  await assert.rejects(
    run.stage(),
    (error: Error) => error instanceof UserError && error.message.includes(`"${path}"`),
  );
  assert.equal(run.status, "failed");
  run.dispose();
});
