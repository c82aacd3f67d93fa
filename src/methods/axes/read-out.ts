// The axis of read-outs: which architecture a search ends with.
import { z } from "zod";
import type { RandomStream } from "../../backend";
import { softmax } from "../../distributions";
import { type ProxyName, proxyNames } from "../../proxies/names";
import { type Choices, type Picks, strongest } from "../../spaces";
import type { Judge } from "../method";
import type { ArchitectureSettings } from "../settings";
import type { Member } from "./family";
import { Axis, part } from "./part";
import { thinned } from "./sampler";

/** The skip connection's name. */
export const SKIP = "skip_connect";

export interface ReadOutContext {
  readonly member: Member;
  readonly choices: Choices;
  /** The operations' free parameters η [edges][operations]. */
  readonly eta: readonly Float64Array[];
  readonly judge: Judge;
  readonly stream: RandomStream;
}

export type ReadOut = (context: ReadOutContext) => Promise<Picks>;

export type By = "mean" | "softmax";

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
export const rankingWeights = (
  { member: { distribution }, eta }: Pick<ReadOutContext, "member" | "eta">,
  by: By,
): Float64Array[] =>
  by === "mean"
    ? distribution.mean()
    : distribution.kept.map((kept, e) => {
        const weights = new Float64Array(eta[e].length);
        softmax(kept.map((o) => eta[e][o])).forEach((weight, k) => {
          weights[kept[k]] = weight;
        });
        return weights;
      });

/** On each edge the operation of the largest weight; of edges of which only some are kept, those of the largest. */
const argmax = part<ReadOut, { by: By }>({
  kind: "argmax",
  settings: z.strictObject({ by }),
  refuses: logits,
  make:
    ({ by }) =>
    async (context) =>
      strongest(context.choices, rankingWeights(context, by)),
});

/**
 * As argmax, but with a limited number of skip connections in the first kind of cell: those of the smallest weights give way to their edges'
 * next operations, or to other edges (P-DARTS, Chen et al., ICCV 2019, section 3.3).
 */
const limitedSkips = part<ReadOut, { skips: number; by: By }>({
  kind: "limited-skips",
  settings: z.strictObject({ skips: z.int().nonnegative().default(2), by }),
  refuses: logits,
  make:
    ({ skips, by }) =>
    async (context) => {
      const { choices } = context;
      const { operations, kept } = context.member.distribution;
      const skip = operations.indexOf(SKIP);
      const limited = (e: number) => choices.edges[e].cell === choices.edges[0].cell && kept[e].length > 1;
      const weights = rankingWeights(context, by);
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
 * The best of some samples by scores that need no training, at fresh weights (BaLeNAS-TF; its number of samples and its proxies are
 * inferred).
 */
const trainingFree = part<ReadOut, { samples: number; proxies: ProxyName[] }>({
  kind: "training-free",
  settings: z.strictObject({
    samples: z.int().positive().default(20),
    proxies: z.array(z.enum(proxyNames)).min(1).default(["naswot", "synflow"]),
  }),
  make:
    ({ samples, proxies }) =>
    async ({ member, choices, judge, stream }) => {
      const drawn = distinct(member, choices, stream, samples);
      const ranks = await judge.trainingFree(drawn, proxies);
      return drawn[ranks.indexOf(Math.max(...ranks))];
    },
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
