// The axis of read-outs: which architecture a search ends with.
import { z } from "zod";
import type { RandomStream } from "../../backend";
import type { Judge } from "../method";
import type { Member } from "./family";
import { Axis, part } from "./part";

/** The skip connection's name. */
export const SKIP = "skip_connect";

export interface ReadOutContext {
  readonly member: Member;
  readonly judge: Judge;
  readonly stream: RandomStream;
}

/** An operation for each edge. */
export type ReadOut = (context: ReadOutContext) => Promise<readonly number[]>;

/** On each edge the operation of the largest mean weight. */
const argmax = part<ReadOut, object>({
  kind: "argmax",
  settings: z.strictObject({}),
  make:
    () =>
    async ({ member }) =>
      member.distribution.argmax(),
});

/**
 * As argmax, but with a limited number of skip connections: those of the smallest weights give way to their edges' next operations (P-DARTS,
 * Chen et al., ICCV 2019, section 3.3).
 */
const limitedSkips = part<ReadOut, { skips: number }>({
  kind: "limited-skips",
  settings: z.strictObject({ skips: z.int().nonnegative().default(2) }),
  make:
    ({ skips }) =>
    async ({ member: { distribution } }) => {
      const skip = distribution.operations.indexOf(SKIP);
      const mean = distribution.mean();
      const path = distribution.argmax();
      const chosen = path.flatMap((o, e) => (o === skip ? [e] : [])).sort((a, b) => mean[b][skip] - mean[a][skip]);
      for (const e of chosen.slice(skips)) {
        const others = distribution.kept[e].filter((o) => o !== skip).sort((a, b) => mean[e][b] - mean[e][a]);
        path[e] = others[0] ?? skip;
      }
      return path;
    },
});

/**
 * The best of some samples by validation accuracy with the shared weights: all on one batch, the finalists among them on all images
 * (random search with weight sharing, Li & Talwalkar, UAI 2019: 1000 samples, 10 finalists).
 */
const validated = part<ReadOut, { samples: number; finalists: number }>({
  kind: "validated",
  settings: z.strictObject({ samples: z.int().positive().default(1000), finalists: z.int().positive().default(10) }),
  make:
    ({ samples, finalists }) =>
    async ({ member, judge, stream }) => {
      const drawn = distinct(member, stream, samples);
      const first = await ranked(drawn, (path) => judge.accuracy(path, "batch"));
      return (await ranked(first.slice(0, finalists), (path) => judge.accuracy(path, "all")))[0];
    },
});

/**
 * The best of some samples by a score that needs no training: the norm of the loss's gradient at fresh weights (BaLeNAS-TF; its number
 * of samples and its proxies are inferred).
 */
const trainingFree = part<ReadOut, { samples: number }>({
  kind: "training-free",
  settings: z.strictObject({ samples: z.int().positive().default(20) }),
  make:
    ({ samples }) =>
    async ({ member, judge, stream }) =>
      (await ranked(distinct(member, stream, samples), (path) => judge.gradientNorm(path)))[0],
});

/** The different architectures among some samples. */
function distinct(member: Member, stream: RandomStream, samples: number): number[][] {
  const paths = Array.from({ length: samples }, () => architecture(member, stream));
  return [...new Map(paths.map((path) => [path.join(), path])).values()];
}

const architecture = (member: Member, stream: RandomStream): number[] =>
  member.path?.(stream) ?? member.distribution.sample(stream).map((row) => row.indexOf(Math.max(...row)));

/** The highest score first. */
async function ranked(paths: readonly number[][], score: (path: readonly number[]) => Promise<number>) {
  const scored: { path: number[]; value: number }[] = [];
  for (const path of paths) scored.push({ path, value: await score(path) });
  return scored.sort((a, b) => b.value - a.value).map(({ path }) => path);
}

export const readOut = new Axis<ReadOut>("readOut", [argmax, limitedSkips, validated, trainingFree]);
