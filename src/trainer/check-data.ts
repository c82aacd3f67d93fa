// Whether a search can run on a data set, told from their sizes; knows nothing of tensors.
import type { Dataset } from "../datasets";
import { UserError } from "../errors";
import type { SearchSettings } from "../methods";
import type { SearchSpace } from "../spaces";

/** @throws UserError if a half of the images fills no batch, or the space's network is none at their size. */
export function checkData(space: SearchSpace, data: Dataset, settings: SearchSettings): void {
  const { channels, cells } = settings;
  space.layers({ channels, cells, image: data.shape, classes: data.classes.length });
  splitFor(data, settings);
}

/** Which images train the weights and which the distribution. @throws UserError if one of the two fills no batch. */
export function splitFor(data: Dataset, { split, seed, batch }: Pick<SearchSettings, "split" | "seed" | "batch">) {
  const { train, valid } = data.split(split, seed);
  if (Math.min(train.length, valid.length) >= batch) return { train, valid };
  throw new UserError(
    `settings.batch: ${batch} images in a batch, but the split leaves ${train.length} to train and ${valid.length} to validate; take a smaller batch or more images`,
  );
}
