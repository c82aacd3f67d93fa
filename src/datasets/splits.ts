// How the training images are divided between the weights and the architecture of a bilevel search.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RandomStream } from "../backend/random";
import { UserError } from "../errors";
import { packageRoot } from "../root";
import type { Dataset } from "./dataset";

export type SplitKind = "half" | "nasbench201" | "drnas-imagenet";

/** Indices into the training images, each ascending, none in both. */
export interface Split {
  readonly train: Int32Array;
  readonly valid: Int32Array;
}

/** Splits a data set's training images; see `Dataset.split`. */
export function splitTraining(data: Dataset, kind: SplitKind, seed: number): Split {
  if (kind === "half") return halves(data.train.count);
  if (kind === "nasbench201") return nasBench201Split(data);
  if (kind === "drnas-imagenet") return sampledSplit(data, seed);
  throw new UserError(`split: unknown kind "${kind}"; use "half", "nasbench201" or "drnas-imagenet"`);
}

function halves(count: number): Split {
  const indices = Int32Array.from({ length: count }, (_, i) => i);
  const middle = Math.floor(count / 2);
  return { train: indices.slice(0, middle), valid: indices.slice(middle) };
}

/** NAS-Bench-201's split: bit i (lowest first) of the stored bytes is set if image i trains the weights. */
function nasBench201Split(data: Dataset): Split {
  if (data.name !== "cifar10" || data.train.count !== data.whole.train) {
    throw new UserError(
      `split: "nasbench201" divides the 50,000 training images of CIFAR-10, and this is ${data}; ` +
        'read all five data_batch files and take no part of them, or use split("half")',
    );
  }
  const bits = readFileSync(join(packageRoot, "data", "cifar10-nasbench201-split.bin"));
  const indices = Int32Array.from({ length: data.train.count }, (_, i) => i);
  const trains = (i: number): boolean => ((bits[i >> 3] >> (i & 7)) & 1) === 1;
  return { train: indices.filter(trains), valid: indices.filter((i) => !trains(i)) };
}

/**
 * 10 % and another 2.5 % of each class (PC-DARTS, which DrNAS follows; the papers give the shares, the rounding down is
 * inferred). Each class has a stream of its own, so that it does not depend on the others.
 */
function sampledSplit(data: Dataset, seed: number): Split {
  const members: number[][] = data.classes.map(() => []);
  for (let i = 0; i < data.train.count; i++) members[data.train.labels[i]].push(i);
  const [train, valid]: [number[], number[]] = [[], []];
  for (const [label, indices] of members.entries()) {
    const [trained, validated] = [Math.floor(indices.length / 10), Math.floor(indices.length / 40)];
    if (validated === 0) {
      throw new UserError(
        `split: "drnas-imagenet" takes 10 % and 2.5 % of each class, and of class "${data.classes[label]}" there are ` +
          `${indices.length} images; use classes of at least 40, or split("half")`,
      );
    }
    const order = new RandomStream(seed, "split", String(label)).permutation(indices.length);
    const drawn = Array.from(order.subarray(0, trained + validated), (place) => indices[place]);
    train.push(...drawn.slice(0, trained));
    valid.push(...drawn.slice(trained));
  }
  return { train: Int32Array.from(train).sort(), valid: Int32Array.from(valid).sort() };
}
