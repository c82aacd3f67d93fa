// The axis of read-outs: which architecture a search ends with.
import { z } from "zod";
import type { RandomStream } from "../../backend";
import { type Choices, type Picks, strongest } from "../../spaces";
import type { Judge } from "../method";
import type { Member } from "./family";
import { Axis, part } from "./part";
import { thinned } from "./sampler";

/** The skip connection's name. */
export const SKIP = "skip_connect";

export interface ReadOutContext {
  readonly member: Member;
  readonly choices: Choices;
  readonly judge: Judge;
  readonly stream: RandomStream;
}

export type ReadOut = (context: ReadOutContext) => Promise<Picks>;

/** On each edge the operation of the largest mean weight; of edges of which only some are kept, those of the largest. */
const argmax = part<ReadOut, object>({
  kind: "argmax",
  settings: z.strictObject({}),
  make:
    () =>
    async ({ member, choices }) =>
      strongest(choices, member.distribution.mean()),
});

/**
 * As argmax, but with a limited number of skip connections in the first kind of cell: those of the smallest weights give way to their edges'
 * next operations, or to other edges (P-DARTS, Chen et al., ICCV 2019, section 3.3).
 */
const limitedSkips = part<ReadOut, { skips: number }>({
  kind: "limited-skips",
  settings: z.strictObject({ skips: z.int().nonnegative().default(2) }),
  make:
    ({ skips }) =>
    async ({ member: { distribution }, choices }) => {
      const skip = distribution.operations.indexOf(SKIP);
      const limited = (e: number) => choices.edges[e].cell === choices.edges[0].cell && distribution.kept[e].length > 1;
      const weights = distribution.mean();
      for (;;) {
        const picks = strongest(choices, weights);
        const chosen = picks.flatMap((row, e) => (row.includes(skip) && limited(e) ? [e] : []));
        if (chosen.length <= skips) return picks;
        const weakest = chosen.reduce((least, e) => (weights[e][skip] < weights[least][skip] ? e : least));
        weights[weakest][skip] = Number.NEGATIVE_INFINITY;
      }
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
    async ({ member, choices, judge, stream }) => {
      const drawn = distinct(member, choices, stream, samples);
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
    async ({ member, choices, judge, stream }) =>
      (await ranked(distinct(member, choices, stream, samples), (path) => judge.gradientNorm(path)))[0],
});

/** The different architectures among some samples. */
function distinct(member: Member, choices: Choices, stream: RandomStream, samples: number): Picks[] {
  const drawn = Array.from({ length: samples }, () => architecture(member, choices, stream));
  return [...new Map(drawn.map((picks) => [picks.map((row) => row.join("+")).join(), picks])).values()];
}

const architecture = (member: Member, choices: Choices, stream: RandomStream): Picks =>
  member.path
    ? thinned(choices, member.path(stream), stream).map((row) => [...row].sort((a, b) => a - b))
    : strongest(choices, member.distribution.sample(stream));

/** The highest score first. */
async function ranked(architectures: readonly Picks[], score: (picks: Picks) => Promise<number>): Promise<Picks[]> {
  const scored: { picks: Picks; value: number }[] = [];
  for (const picks of architectures) scored.push({ picks, value: await score(picks) });
  return scored.sort((a, b) => b.value - a.value).map(({ picks }) => picks);
}

export const readOut = new Axis<ReadOut>("readOut", [argmax, limitedSkips, validated, trainingFree]);
