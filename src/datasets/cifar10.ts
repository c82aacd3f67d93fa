// CIFAR-10: what its official binary version holds.
import { type Cifar, readCifar } from "./cifar";
import type { ImageDataset } from "./image-dataset";

const TRAIN = [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`);
const TEST = ["test_batch.bin"];
const NAMES = "batches.meta.txt";

/** The site publishes the archive's MD5, c32a1d4ab5d03f1284b67883e8d87530; this is its SHA-256. */
export const CIFAR10: Cifar = {
  name: "cifar10",
  archive: {
    title: "CIFAR-10",
    file: "cifar-10-binary.tar.gz",
    site: "https://www.cs.toronto.edu/~kriz",
    sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    folder: "cifar-10-batches-bin",
    contents: [...TRAIN, ...TEST, NAMES],
  },
  train: TRAIN,
  test: TEST,
  records: { train: 10_000, test: 10_000 },
  labels: [10],
  classes: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
  names: NAMES,
  python: { file: "data_batch_1", folder: "cifar-10-batches-py" },
  // As the DARTS and DrNAS authors' code normalises.
  mean: [0.49139968, 0.48215827, 0.44653124],
  std: [0.24703233, 0.24348505, 0.26158768],
};

/**
 * CIFAR-10: 50,000 training and 10,000 test colour images of 32×32 in 10 classes.
 * With `folder`, from the official binary files in it or in its sub-folder cifar-10-batches-bin; only some of the files
 * are enough, and a file may hold fewer records. Without, from the cache (see `cacheFolder`), where the official
 * archive is downloaded on first use.
 * @throws UserError for a folder without these files, for a damaged file, or if the download fails.
 */
export async function cifar10(options: { folder?: string } = {}): Promise<ImageDataset> {
  return readCifar(CIFAR10, options.folder);
}
