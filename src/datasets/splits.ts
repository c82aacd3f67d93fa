// How the training images are divided between the weights and the architecture of a bilevel search.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../root";
import type { ImageDataset } from "./image-dataset";

export type SplitKind = "half" | "nasbench201";

/** Indices into the training images, each ascending; together every index once. */
export interface Split {
  readonly train: Int32Array;
  readonly valid: Int32Array;
}

/** Splits a data set's training images; see `ImageDataset.split`. */
export function splitTraining(data: ImageDataset, kind: SplitKind): Split {
  if (kind === "half") return halves(data.train.count);
  if (kind === "nasbench201") return nasBench201Split(data);
  throw new RangeError(`split: unknown kind "${kind}"; use "half" or "nasbench201"`);
}

function halves(count: number): Split {
  const indices = Int32Array.from({ length: count }, (_, i) => i);
  const middle = Math.floor(count / 2);
  return { train: indices.slice(0, middle), valid: indices.slice(middle) };
}

/** NAS-Bench-201's split: bit i (lowest first) of the stored bytes is set if image i trains the weights. */
function nasBench201Split(data: ImageDataset): Split {
  if (data.name !== "cifar10" || data.train.count !== data.whole.train) {
    throw new RangeError(
      `split: "nasbench201" divides the 50,000 training images of CIFAR-10, and this is ${data}; ` +
        'read all five data_batch files and take no part of them, or use split("half")',
    );
  }
  const bits = readFileSync(join(packageRoot, "data", "cifar10-nasbench201-split.bin"));
  const indices = Int32Array.from({ length: data.train.count }, (_, i) => i);
  const trains = (i: number): boolean => ((bits[i >> 3] >> (i & 7)) & 1) === 1;
  return { train: indices.filter(trains), valid: indices.filter((i) => !trains(i)) };
}
