// The images of a search that trains a network, read and held against its settings before TensorFlow is loaded.
import type { Dataset } from "../datasets";
import { UserError } from "../errors";
import { settingsFor } from "../methods";
import { checkData } from "../trainer/check-data";
import { loadData } from "./data-options";
import type { SupernetOptions } from "./supernet-options";

/** @throws UserError if they cannot be read, are fewer than was asked for, or do not fit the search. */
export async function searchData({ images, count, method, space, settings }: SupernetOptions): Promise<Dataset> {
  const data = first(await loadData(images), count);
  checkData(space, data, settingsFor(method, space, settings));
  return data;
}

/** The first training images. @throws UserError if there are not so many. */
function first(data: Dataset, count: number | undefined): Dataset {
  if (count === undefined) return data;
  if (count > data.train.count)
    throw new UserError(`--images ${count}: ${data.title} has ${data.train.count} training images; give at most that`);
  return data.take({ train: count });
}
