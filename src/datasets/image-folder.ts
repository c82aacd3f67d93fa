// A folder with a folder of JPEG or PNG files for each class, as ImageNet's is laid out.
import { existsSync, promises as fs, type Stats, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { UserError } from "../errors";
import type { Augmentation } from "./augmentation";
import { DecodedImages } from "./decoded-images";
import { type Files, FolderDataset } from "./folder-dataset";

/** Of height and width. */
const MOST_PIXELS = 4096;
/** What the cache may take if its size is not given. */
const CACHE_BYTES = 256 * 2 ** 20;

const REMEDY = "name a folder that has a folder of JPEG or PNG files for each class, or two such: train and val";

export interface ImageFolderOptions {
  /** Height and width that the images are given, in pixels. Default 224. */
  readonly size?: number;
  /** Default: a resized crop, as for ImageNet. A padded one (`{ crop: "padded" }`) suits small images. */
  readonly augmentation?: Partial<Augmentation>;
  /** How many decoded images are kept at most, to be used again where none is cropped out of the file. Default: as many as 256 MiB hold. */
  readonly cache?: number;
}

/**
 * The images of a folder, one folder a class, its name the class's; with the folders `train` and `val` (or `test`) in it,
 * the training and the test images. Files are decoded when a batch wants them. The classes are in alphabetical order; of
 * the images, any first n have nearly the classes' shares, each class in the order of its file names.
 * Normalised by ImageNet's mean and deviation.
 * @throws UserError for a folder that is not there or has no images, or a test folder of other classes.
 */
export async function imageFolder(folder: string, options: ImageFolderOptions = {}): Promise<FolderDataset> {
  const { size = 224, augmentation, cache = Math.floor(CACHE_BYTES / (3 * size * size)) } = options;
  whole("size", size, 1);
  if (size > MOST_PIXELS) throw new UserError(`imageFolder: size ${size} is too large; give at most ${MOST_PIXELS}`);
  whole("cache", cache, 0);
  const source = resolve(folder);
  if (!existsSync(source)) throw new UserError(`imageFolder: there is no folder "${source}"; ${REMEDY}`);
  if (!statSync(source).isDirectory()) throw new UserError(`imageFolder: "${source}" is a file; ${REMEDY}`);
  const divided = existsSync(join(source, "train"));
  const { classes, files: train } = await read(source, divided ? "train" : "");
  const testFolder = divided ? ["val", "test"].find((name) => existsSync(join(source, name))) : undefined;
  const test = testFolder === undefined ? null : await read(source, testFolder, classes);
  return new FolderDataset({
    name: basename(source),
    title: basename(source),
    classes,
    shape: [size, size, 3],
    train,
    test: test?.files ?? null,
    whole: { train: train.count, test: test?.files.count ?? 0 },
    // As torchvision's models and the DARTS and DrNAS authors' code normalise ImageNet.
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    augmentation: { crop: "resized", padding: 4, cutout: 0, ...augmentation },
    source,
    decoded: new DecodedImages(cache),
  });
}

function whole(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new UserError(`imageFolder: ${name} ${value} is not a whole number of at least ${least}`);
}

/** The classes and files of the folder `part` in `source`; the classes must be `expected`, if they are given. */
async function read(
  source: string,
  part: string,
  expected?: readonly string[],
): Promise<{ classes: readonly string[]; files: Files }> {
  const folder = join(source, part);
  const classes = (await entries(folder)).filter((name) => statOf(join(folder, name)).isDirectory());
  if (classes.length === 0) throw new UserError(`imageFolder: "${folder}" holds no folder of a class; ${REMEDY}`);
  if (classes.length > 2 ** 16)
    throw new UserError(`imageFolder: "${folder}" holds more than 65,536 classes; ${REMEDY}`);
  const other = expected && (classes.find((c) => !expected.includes(c)) ?? expected.find((c) => !classes.includes(c)));
  if (other !== undefined) {
    throw new UserError(
      `imageFolder: class "${other}" is in one of "${join(source, "train")}" and "${folder}" only; ` +
        "give both the same folders",
    );
  }
  const images: { path: string; label: number; place: number }[] = [];
  for (const [label, name] of classes.entries()) {
    const names = (await entries(join(folder, name))).filter((file) => /\.(jpe?g|png)$/i.test(file));
    if (names.length === 0) {
      throw new UserError(
        `imageFolder: "${join(folder, name)}" has no .jpg, .jpeg or .png file; add some, or remove the folder`,
      );
    }
    for (const [i, file] of names.entries()) {
      images.push({ path: [part, name, file].filter(Boolean).join("/"), label, place: (i + 0.5) / names.length });
    }
  }
  images.sort((a, b) => a.place - b.place || a.label - b.label);
  return {
    classes,
    files: {
      count: images.length,
      paths: images.map(({ path }) => path),
      sizes: images.map(({ path }) => sizeOf(join(source, path))),
      labels: Uint16Array.from(images, ({ label }) => label),
    },
  };
}

/** Names in a folder, hidden ones left out, in the order of their characters' codes. */
async function entries(folder: string): Promise<string[]> {
  const names = await fs.readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`imageFolder: cannot read the folder "${folder}" (${error.code}); ${REMEDY}`);
  });
  return names.filter((name) => !name.startsWith(".")).sort();
}

/** In bytes. */
function sizeOf(path: string): number {
  const found = statOf(path);
  if (found.isFile()) return found.size;
  throw new UserError(`imageFolder: "${path}" is named as an image and is no file; remove it from the folder`);
}

function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`imageFolder: cannot read "${path}" (${code}); mend it, or remove it from the folder`);
  }
}
