// A data set as a run's folder tells of it: all but the images, which are loaded when they are needed.
import { existsSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../errors";
import { cifar10 } from "./cifar10";
import { cifar100 } from "./cifar100";
import { type Batch, Dataset } from "./dataset";
import { fashionMnist } from "./fashion-mnist";
import { FolderDataset } from "./folder-dataset";
import { imageFolder } from "./image-folder";
import { imagenet16 } from "./imagenet16";

/** What loads the data sets of these names again. */
const LOADERS: Readonly<Record<string, (options: { folder?: string }) => Promise<Dataset>>> = {
  cifar10,
  cifar100,
  imagenet16,
  "fashion-mnist": fashionMnist,
};

const count = z.int().nonnegative();
const sizes = z.strictObject({ train: count, test: count });

export const datasetRecord = z.strictObject({
  /** Files of a folder, or a data set in memory. */
  kind: z.enum(["folder", "memory"]),
  name: z.string(),
  title: z.string(),
  classes: z.array(z.string()),
  shape: z.tuple([count, count, count]),
  images: sizes,
  whole: sizes,
  hasTest: z.boolean(),
  mean: z.array(z.number()),
  std: z.array(z.number()),
  augmentation: z.strictObject({ crop: z.enum(["padded", "resized"]), padding: count, cutout: count }),
  source: z.string(),
  sha256: z.string(),
});

/** Plain JSON. */
export type DatasetRecord = Readonly<z.infer<typeof datasetRecord>>;

export function recordOf(data: Dataset): DatasetRecord {
  if (data instanceof RecordedDataset) return data.record;
  const { name, title, classes, shape, train, test, whole, mean, std, augmentation, source, sha256 } = data;
  return {
    kind: data instanceof FolderDataset ? "folder" : "memory",
    name,
    title,
    classes: [...classes],
    shape: [...shape],
    images: { train: train.count, test: test?.count ?? 0 },
    whole: { ...whole },
    hasTest: test !== null,
    mean: [...mean],
    std: [...std],
    augmentation: { ...augmentation },
    source,
    sha256,
  };
}

/** A data set without its images; `load` fetches them. */
export class RecordedDataset extends Dataset<Promise<Batch>> {
  #loaded: Promise<Dataset> | undefined;

  constructor(readonly record: DatasetRecord) {
    const labels = new Uint8Array(0);
    super({
      ...record,
      train: { count: record.images.train, labels },
      test: record.hasTest ? { count: record.images.test, labels } : null,
    });
  }

  get sha256(): string {
    return this.record.sha256;
  }

  /** The data set itself, from where it was. @throws UserError if it is not there, cannot be loaded by its name, or has changed. */
  load(): Promise<Dataset> {
    this.#loaded ??= loadedFrom(this.record);
    this.#loaded.catch(() => {
      this.#loaded = undefined; // it may be put right
    });
    return this.#loaded;
  }

  async batch(...words: Parameters<Dataset["batch"]>): Promise<Batch> {
    return (await this.load()).batch(...words);
  }

  async pixels(index: number): Promise<Uint8Array> {
    return (await this.load()).pixels(index);
  }

  protected first(): never {
    throw new UserError(`take: the images of this ${this.title} are not loaded; take from await data.load()`);
  }
}

/** A data set with its images. */
export const loaded = async (data: Dataset): Promise<Dataset> => (data instanceof RecordedDataset ? data.load() : data);

async function loadedFrom(record: DatasetRecord): Promise<Dataset> {
  const { augmentation, images, hasTest, sha256 } = record;
  const data = (await whole(record)).augmented(augmentation);
  const found = { train: data.train.count, test: data.test?.count ?? 0 };
  if (found.train < images.train || found.test < images.test || hasTest !== (data.test !== null))
    throw changed(record, `it has ${found.train} training and ${found.test} test images`);
  const taken = data.take({ train: images.train, ...(hasTest && { test: images.test }) });
  if (taken.sha256 !== sha256) throw changed(record, `SHA-256 ${taken.sha256}`);
  return taken;
}

function changed({ title, sha256, images, source }: DatasetRecord, found: string): UserError {
  return new UserError(
    `${title} in "${source}" is not what the run was made on: ${found} in place of SHA-256 ${sha256} of ${images.train} training and ${images.test} test images; put it back, or start another run`,
  );
}

async function whole({ kind, name, title, shape, source, augmentation }: DatasetRecord): Promise<Dataset> {
  if (kind === "folder") return imageFolder(source, { size: shape[0], augmentation });
  const load = Object.hasOwn(LOADERS, name) ? LOADERS[name] : null;
  if (!load)
    throw new UserError(
      `${title} was made in memory and cannot be loaded by its name "${name}"; make it again and give it: openRun(folder, { data })`,
    );
  return load(existsSync(source) ? { folder: source } : {});
}
