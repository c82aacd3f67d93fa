// The augmentation of DARTS and DrNAS for small images: random crop of the zero-padded image, then a horizontal flip
// (torchvision's RandomCrop(size, padding=4) and RandomHorizontalFlip, before normalisation).
import type { RandomStream } from "../backend/random";

/** How one image is laid: moved by the offsets (pixels, each in −4 … 4), then mirrored if `flip`. */
export interface Placement {
  readonly down: number;
  readonly right: number;
  readonly flip: boolean;
}

/** The image as it is. */
export const AS_IS: Placement = { down: 0, right: 0, flip: false };

/** Black pixels added on each side before the crop. */
export const PADDING = 4;

/** Draws one image's crop (each of the 9×9 offsets equally likely) and flip (probability ½). */
export function randomPlacement(stream: RandomStream): Placement {
  const offsets = 2 * PADDING + 1;
  return {
    down: stream.below(offsets) - PADDING,
    right: stream.below(offsets) - PADDING,
    flip: stream.below(2) === 1,
  };
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
  const { down, right, flip } = placement;
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
}
