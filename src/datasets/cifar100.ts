// CIFAR-100: what its official binary version holds.
import { type Cifar, readCifar } from "./cifar";
import type { ImageDataset } from "./image-dataset";

const NAMES = "fine_label_names.txt";

const CLASSES =
  `apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can
castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish
forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle
mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine
possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar
sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree
wolf woman worm`.split(/\s+/);

/** The site publishes the archive's MD5, 03b5dce01913d631647c71ecec9e9cb8; this is its SHA-256. */
export const CIFAR100: Cifar = {
  name: "cifar100",
  archive: {
    title: "CIFAR-100",
    file: "cifar-100-binary.tar.gz",
    site: "https://www.cs.toronto.edu/~kriz",
    sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
    folder: "cifar-100-binary",
    contents: ["train.bin", "test.bin", NAMES],
  },
  train: ["train.bin"],
  test: ["test.bin"],
  records: { train: 50_000, test: 10_000 },
  labels: [20, CLASSES.length],
  classes: CLASSES,
  names: NAMES,
  python: { file: "train", folder: "cifar-100-python" },
  // As the DrNAS authors' code normalises.
  mean: [0.5071, 0.4865, 0.4409],
  std: [0.2673, 0.2564, 0.2762],
};

/**
 * CIFAR-100: 50,000 training and 10,000 test colour images of 32×32 in 100 classes (the fine labels; the 20 coarse ones
 * are checked and left out).
 * With `folder`, from the official binary files train.bin and test.bin in it or in its sub-folder cifar-100-binary; one
 * of them is enough, and it may hold fewer records. Without, from the cache (see `cacheFolder`), where the official
 * archive is downloaded on first use.
 * @throws UserError for a folder without these files, for a damaged file, or if the download fails.
 */
export async function cifar100(options: { folder?: string } = {}): Promise<ImageDataset> {
  return readCifar(CIFAR100, options.folder);
}
