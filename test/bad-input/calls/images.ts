// A few images to search on.
import { datasets } from "../../../src";
import type { ImageDataset } from "../../../src/datasets";

let made: ImageDataset | undefined;

/** Eight black images of 8×8 in two classes. */
export function images(): ImageDataset {
  made ??= datasets.fromArrays({
    train: { images: new Uint8Array(8 * 64), labels: [0, 1, 0, 1, 0, 1, 0, 1] },
    shape: [8, 8, 1],
  });
  return made;
}
