// Image data sets: loaders of official formats, splits, augmented batches.
import { cifar10 } from "./cifar10";
import { fashionMnist } from "./fashion-mnist";

export { cacheFolder } from "./cache";
export { type Batch, ImageDataset, type Images } from "./image-dataset";
export type { Split, SplitKind } from "./splits";

/** The data sets by name. */
export const datasets = { cifar10, fashionMnist };
