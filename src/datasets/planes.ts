// Images that are stored colour by colour.

/** Turns a [3, side, side] image at the begin of `planes` into image `index` of `pixels`, [count, side, side, 3]. */
export function interleavePlanes(planes: Uint8Array, pixels: Uint8Array, index: number, side: number): void {
  const plane = side * side;
  const to = index * 3 * plane;
  for (let i = 0; i < plane; i++) {
    pixels[to + 3 * i] = planes[i];
    pixels[to + 3 * i + 1] = planes[plane + i];
    pixels[to + 3 * i + 2] = planes[2 * plane + i];
  }
}
