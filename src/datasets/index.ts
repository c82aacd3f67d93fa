// Image data sets: loaders of official formats, of a folder and of a user's own arrays; splits, augmented batches.
import { cifar10 } from "./cifar10";
import { cifar100 } from "./cifar100";
import { fashionMnist } from "./fashion-mnist";
import { fromArrays } from "./from-arrays";
import { imageFolder } from "./image-folder";
import { imagenet16 } from "./imagenet16";

export type { Augmentation } from "./augmentation";
export { cacheFolder } from "./cache";
export { type Batch, Dataset } from "./dataset";
export { FolderDataset } from "./folder-dataset";
export { ImageDataset, type Images } from "./image-dataset";
export { type DatasetRecord, datasetRecord, loaded, RecordedDataset, recordOf } from "./recorded-dataset";
export type { Split, SplitKind } from "./splits";

/** The data sets by name. */
export const datasets = { cifar10, cifar100, fashionMnist, fromArrays, imageFolder, imagenet16 };
