// JPEG and PNG files as pixels, by sharp, cropped and resized as torchvision does it on PIL images (bilinear, antialiased).
import { promises as fs } from "node:fs";
import type Sharp from "sharp";
import type { RandomStream } from "../backend/random";
import { UserError } from "../errors";
import { centredBox, randomBox } from "./augmentation";

/** A view of an image: the bytes [size, size, 3], red, green and blue, of its file. */
export type View = (path: string, size: number) => Promise<Uint8Array>;

/**
 * The image as evaluation sees it: its shorter side resized to 8/7 of the size (256 for 224), then the square in its middle.
 * @throws UserError for a file that cannot be read or decoded.
 */
export const centreView: View = (path, size) =>
  decoded(path, (image, width, height) => {
    const short = Math.round((size * 256) / 224);
    const long = Math.floor((short * Math.max(width, height)) / Math.min(width, height));
    const [newWidth, newHeight] = width <= height ? [short, long] : [long, short];
    return resized(image, newWidth, newHeight).extract(centredBox(size, newHeight, newWidth));
  });

/** The image as training sees it: a random box of it (`randomBox`), resized. Throws as `centreView`. */
export const randomView =
  (stream: RandomStream): View =>
  (path, size) =>
    decoded(path, (image, width, height) => resized(image.extract(randomBox(stream, height, width)), size, size));

const resized = (image: Sharp.Sharp, width: number, height: number): Sharp.Sharp =>
  image.resize(width, height, { fit: "fill", kernel: "linear", fastShrinkOnLoad: false });

/** Twice what the largest image of ImageNet has; a small file may claim far more. */
const MOST_PIXELS = 1.2e8;

let loaded: Promise<typeof Sharp> | undefined;

/** Loaded when the first image is decoded, so that everything else works where sharp has no binary. */
async function load(): Promise<typeof Sharp> {
  const { default: sharp } = await import("sharp").catch((error: Error) => {
    throw new UserError(
      `imageFolder: sharp, which decodes images, does not load here (${firstLine(error)}); run "npm ci"`,
    );
  });
  sharp.cache(false); // a file is decoded once an epoch
  sharp.concurrency(1); // several images at a time, one thread each
  return sharp;
}

async function decoded(
  path: string,
  view: (image: Sharp.Sharp, width: number, height: number) => Sharp.Sharp,
): Promise<Uint8Array> {
  loaded ??= load();
  const sharp = await loaded;
  const bytes = await fs.readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`imageFolder: cannot read "${path}" (${error.code}); put it back, or load the folder again`);
  });
  try {
    // As PIL does: refuse what is cut off, read on past a warning.
    const image = sharp(bytes, { failOn: "error", limitInputPixels: MOST_PIXELS });
    const { format, width, height, hasAlpha } = await image.metadata();
    if (format !== "jpeg" && format !== "png") throw new Error(`it is a file of format ${format}`);
    // Transparency goes first: resized with it, colours would be weighted by it.
    const opaque = hasAlpha ? sharp(await bytesOf(image), { raw: { width, height, channels: 3 } }) : image;
    return await bytesOf(view(opaque, width, height));
  } catch (error) {
    throw new UserError(
      `imageFolder: "${path}" is not a whole JPEG or PNG image (${firstLine(error as Error)}); ` +
        "replace it, or remove it and load the folder again",
    );
  }
}

const bytesOf = (image: Sharp.Sharp): Promise<Buffer> => image.toColourspace("srgb").removeAlpha().raw().toBuffer();

const firstLine = ({ message }: Error): string => message.split("\n")[0];
