// The options that name a data set, and the set that they name.
import { existsSync } from "node:fs";
import { type Dataset, datasets } from "../datasets";
import { UserError } from "../errors";
import { wholeNumber } from "./command";

const dataSets = ["cifar10", "cifar100", "imagenet16", "fashion-mnist"] as const;

/** Which images are searched on. */
export type DataOptions =
  /** `folder`: of the data set's official files; undefined: the cache, or a download into it. */
  | { readonly dataset: (typeof dataSets)[number]; readonly folder: string | undefined }
  /** A folder of classes; `size`: height and width that its images are given. */
  | { readonly dataset: "folder"; readonly folder: string; readonly size: number | undefined };

const text = { type: "string" } as const;

export const dataWords = { dataset: text, data: text, "image-size": text } as const;

/** @throws UserError for values that make no sense. */
export function readDataOptions({
  dataset = "fashion-mnist",
  data,
  "image-size": size,
}: Readonly<Partial<Record<keyof typeof dataWords, string>>>): DataOptions {
  const name = dataSets.find((known) => known === dataset);
  if (name === undefined) {
    if (!existsSync(dataset)) {
      const all = dataSets.join(" or ");
      throw new UserError(`--dataset ${dataset} is unknown; use ${all}, or a folder with a folder for each class`);
    }
    if (data !== undefined) throw new UserError(`--data ${data}: --dataset ${dataset} is a folder; leave --data out`);
    return { dataset: "folder", folder: dataset, size: size === undefined ? size : wholeNumber("image-size", size, 1) };
  }
  if (size !== undefined)
    throw new UserError(`--image-size ${size}: the images of ${name} have a size; leave --image-size out`);
  if (data !== undefined && name === "fashion-mnist")
    throw new UserError(`--data ${data}: ${name} comes with the package; leave --data out`);
  return { dataset: name, folder: data };
}

export function loadData(images: DataOptions): Promise<Dataset> {
  switch (images.dataset) {
    case "folder":
      return datasets.imageFolder(images.folder, { size: images.size });
    case "fashion-mnist":
      return datasets.fashionMnist();
    default:
      return datasets[images.dataset]({ folder: images.folder });
  }
}
