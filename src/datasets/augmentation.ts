// What a training image goes through, after torchvision and the DARTS and DrNAS authors' code: a random crop (RandomCrop of
// the padded image, or RandomResizedCrop), a horizontal flip, normalisation, and cutout if asked for.
import type { RandomStream } from "../backend/random";

/** How training images are augmented, beside a horizontal flip of every other one on average. */
export interface Augmentation {
  /**
   * "padded": a crop of the image's own size out of the image with black pixels around it. "resized" (image files only):
   * a crop of 8 to 100 % of the file's area with an aspect ratio of 3/4 to 4/3, resized to the image's size.
   */
  readonly crop: "padded" | "resized";
  /** Black pixels added on each side before a padded crop. */
  readonly padding: number;
  /** Side, in pixels, of the square that is set to the data set's mean (DeVries and Taylor 2017, arXiv:1708.04552); 0: none. */
  readonly cutout: number;
}

/** Of CIFAR-10, and of every data set that has none of its own. */
export const PADDED_BY_4: Augmentation = { crop: "padded", padding: 4, cutout: 0 };

/** A rectangle of pixels: its first row and column, and its size. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** How one image is laid: moved by the offsets (pixels), then mirrored if `flip`, then blanked in `hole`. */
export interface Placement {
  readonly down: number;
  readonly right: number;
  readonly flip: boolean;
  readonly hole: Box | null;
}

/** The image as it is. */
export const AS_IS: Placement = { down: 0, right: 0, flip: false, hole: null };

/** Draws how one image of [height, width] is laid: each offset of a padded crop equally likely, a flip with probability ½. */
export function randomPlacement(
  stream: RandomStream,
  { crop, padding, cutout }: Augmentation,
  [height, width]: readonly number[],
): Placement {
  const offset = () => (crop === "padded" ? stream.below(2 * padding + 1) - padding : 0);
  const [down, right] = [offset(), offset()];
  const flip = stream.below(2) === 1;
  return { down, right, flip, hole: cutout > 0 ? randomHole(stream, cutout, height, width) : null };
}

/** The square's centre is any pixel; what lies outside of the image is cut off (the DARTS authors' Cutout). */
function randomHole(stream: RandomStream, side: number, height: number, width: number): Box {
  const span = (centre: number, size: number) => {
    const from = Math.max(0, centre - (side >> 1));
    return [from, Math.min(size, centre + (side >> 1)) - from];
  };
  const [top, rows] = span(stream.below(height), height);
  const [left, columns] = span(stream.below(width), width);
  return { top, left, height: rows, width: columns };
}

/**
 * Draws the box of a RandomResizedCrop in an image of [height, width]: a share of its area, uniform in 0.08 … 1, and an
 * aspect ratio, log-uniform in 3/4 … 4/3; if none of ten draws fits, the largest centred box within these ratios.
 */
export function randomBox(stream: RandomStream, height: number, width: number): Box {
  const [least, most] = [3 / 4, 4 / 3];
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = height * width * (0.08 + 0.92 * stream.uniform());
    const ratio = least * (most / least) ** stream.uniform();
    const [boxHeight, boxWidth] = [Math.round(Math.sqrt(area / ratio)), Math.round(Math.sqrt(area * ratio))];
    if (boxHeight > 0 && boxHeight <= height && boxWidth > 0 && boxWidth <= width) {
      const top = stream.below(height - boxHeight + 1);
      return { top, left: stream.below(width - boxWidth + 1), height: boxHeight, width: boxWidth };
    }
  }
  const [boxHeight, boxWidth] = [
    Math.min(height, Math.round(width / least)),
    Math.min(width, Math.round(height * most)),
  ];
  const [top, left] = [(height - boxHeight) >> 1, (width - boxWidth) >> 1];
  return { top, left, height: boxHeight, width: boxWidth };
}

/** The square of a CenterCrop in an image of [height, width]; half a pixel goes as Python rounds it, to the even side. */
export function centredBox(size: number, height: number, width: number): Box {
  const half = (space: number) => (space % 4 === 3 ? (space + 1) / 2 : Math.floor(space / 2));
  return { top: half(height - size), left: half(width - size), height: size, width: size };
}

/**
 * Writes image `index` of `pixels` (NHWC bytes, `shape` [height, width, channels]), laid by `placement` and mapped
 * through `levels`, as image `slot` of `out`. `levels[channel * 256 + byte]` is the value of a byte.
 */
export function placeImage(
  pixels: Uint8Array,
  index: number,
  shape: readonly [number, number, number],
  placement: Placement,
  levels: Float32Array,
  out: Float32Array,
  slot: number,
): void {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const { down, right, flip, hole } = placement;
  let to = slot * size;
  for (let y = 0; y < height; y++) {
    const row = y + down;
    const rowInside = row >= 0 && row < height;
    const rowStart = index * size + row * width * channels;
    for (let x = 0; x < width; x++) {
      const column = (flip ? width - 1 - x : x) + right;
      const inside = rowInside && column >= 0 && column < width;
      const from = rowStart + column * channels;
      for (let c = 0; c < channels; c++) out[to++] = levels[(c << 8) | (inside ? pixels[from + c] : 0)];
    }
  }
  if (hole === null) return;
  for (let y = hole.top; y < hole.top + hole.height; y++) {
    const start = slot * size + (y * width + hole.left) * channels;
    out.fill(0, start, start + hole.width * channels);
  }
}
