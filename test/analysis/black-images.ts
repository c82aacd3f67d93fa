// Images for runs that are never searched.
import { datasets } from "../../src/datasets";

/** Sixteen black images of 8×8 in two classes: one batch of eight for each half. */
export const blackImages = () =>
  datasets.fromArrays({
    train: { images: new Uint8Array(16 * 64), labels: Array.from({ length: 16 }, (_, k) => k % 2) },
    shape: [8, 8, 1],
  });
