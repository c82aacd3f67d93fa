// The axis of read-outs: which architecture a search ends with.
import { z } from "zod";
import type { RandomStream } from "../../backend";
import { softmax } from "../../distributions";
import type { Judge } from "../method";
import type { ArchitectureSettings } from "../settings";
import type { Member } from "./family";
import { Axis, part } from "./part";

/** The skip connection's name. */
export const SKIP = "skip_connect";

export interface ReadOutContext {
  readonly member: Member;
  /** The operations' free parameters η [edges][operations]. */
  readonly eta: readonly Float64Array[];
  readonly judge: Judge;
  readonly stream: RandomStream;
}

/** An operation for each edge. */
export type ReadOut = (context: ReadOutContext) => Promise<readonly number[]>;

type By = "mean" | "softmax";

/** What operations are compared by: the mean weights (DrNAS's text), or softmax(η) (its authors' code). */
const by = z.enum(["mean", "softmax"]).default("mean");

const logits = ({ distribution, readOut }: ArchitectureSettings) =>
  readOut.by === "softmax" && distribution.kind === "switches"
    ? 'takes a softmax of logits, and "switches" are none; take it by: "mean"'
    : null;

/**
 * The weights that operations are compared by, [edges][operations], those of pruned ones 0. On one edge both orders are the same; of
 * operations of two edges a Dirichlet's may differ, which counts where a read-out chooses among edges.
 */
export const rankingWeights = ({ member: { distribution }, eta }: ReadOutContext, by: By): Float64Array[] =>
  by === "mean"
    ? distribution.mean()
    : distribution.kept.map((kept, e) => {
        const weights = new Float64Array(eta[e].length);
        softmax(kept.map((o) => eta[e][o])).forEach((weight, k) => {
          weights[kept[k]] = weight;
        });
        return weights;
      });

/** On each edge the operation of the largest weight. */
const argmax = part<ReadOut, { by: By }>({
  kind: "argmax",
  settings: z.strictObject({ by }),
  refuses: logits,
  make:
    ({ by }) =>
    async (context) =>
      rankingWeights(context, by).map((row) => row.indexOf(Math.max(...row))),
});

/**
 * As argmax, but with a limited number of skip connections: those of the smallest weights give way to their edges' next operations (P-DARTS,
 * Chen et al., ICCV 2019, section 3.3).
 */
const limitedSkips = part<ReadOut, { skips: number; by: By }>({
  kind: "limited-skips",
  settings: z.strictObject({ skips: z.int().nonnegative().default(2), by }),
  refuses: logits,
  make:
    ({ skips, by }) =>
    async (context) => {
      const { operations, kept } = context.member.distribution;
      const skip = operations.indexOf(SKIP);
      const weights = rankingWeights(context, by);
      const path = weights.map((row) => row.indexOf(Math.max(...row)));
      const chosen = path
        .flatMap((o, e) => (o === skip ? [e] : []))
        .sort((a, b) => weights[b][skip] - weights[a][skip]);
      for (const e of chosen.slice(skips)) {
        const others = kept[e].filter((o) => o !== skip).sort((a, b) => weights[e][b] - weights[e][a]);
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
