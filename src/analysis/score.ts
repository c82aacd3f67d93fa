// Many architectures by many training-free scores, and how well the scores order them.
import { RandomStream } from "../backend/random";
import { type Batch, Dataset, loaded } from "../datasets";
import { UserError } from "../errors";
import { requireProxy, type Score, scores, type ZeroCostProxy } from "../proxies";
import type { Architecture, NetworkSize, SearchSpace } from "../spaces";
import { interruption, nextTurn } from "../trainer";
import { type RankCorrelation, rankCorrelation } from "./rank-correlation";

/** One architecture. */
export interface ScoreRow {
  readonly architecture: Architecture;
  /** By the proxies' names, the mean over the draws of weights; null: it has none, for `reasons` of its own. */
  readonly scores: Readonly<Record<string, number | null>>;
  readonly reasons: Readonly<Record<string, string>>;
  /** What the score took, what several proxies share counted for the first. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** What scores were made under. */
export interface ScoreSettings {
  readonly space: SearchSpace;
  readonly proxies: readonly Pick<ZeroCostProxy, "name" | "better">[];
  /** The data set's title, and how many of its images made the batch. */
  readonly data: string;
  readonly images: number;
  readonly size: NetworkSize;
  readonly seed: number;
  /** How often the weights were drawn. */
  readonly repeats: number;
}

/** How far the work is; `secondsLeft` is null before the first architecture. */
export interface ScoreProgress {
  readonly done: number;
  readonly of: number;
  readonly secondsLeft: number | null;
}

export interface ScoreOptions {
  /** Names, or proxies. */
  readonly proxies: readonly (string | ZeroCostProxy)[];
  /** The batch is drawn from its training images; or a batch itself. */
  readonly data: Dataset | Batch;
  /** Images of the batch; default 64. */
  readonly images?: number;
  /** Of the weights and the batch; default 0. */
  readonly seed?: number;
  /** Draws of the weights over which scores are averaged; default 1. */
  readonly repeats?: number;
  /** Where it differs from the space's search network. */
  readonly size?: Partial<NetworkSize>;
  /** Stops before the next architecture; the notebook's interrupt button and Ctrl-C in a script do the same. */
  readonly signal?: AbortSignal;
  readonly progress?: (progress: ScoreProgress) => void;
  /** Rows that are there already, by canonical form: their architectures are not scored again. */
  readonly known?: ReadonlyMap<string, ScoreRow>;
  /** Is given each row that is new. */
  readonly row?: (row: ScoreRow) => void;
}

/** The scores of some architectures. */
export class ScoreTable {
  constructor(
    readonly settings: ScoreSettings,
    readonly rows: readonly ScoreRow[],
    /** Whether it was stopped before the last. */
    readonly interrupted: boolean,
  ) {}

  /** A proxy's scores by architecture. @throws UserError for one that was not asked for. */
  of(proxy: string): (number | null)[] {
    const { proxies } = this.settings;
    if (proxies.some(({ name }) => name === proxy)) return this.rows.map(({ scores }) => scores[proxy]);
    throw new UserError(
      `scores: there are none by "${proxy}"; there are ${proxies.map(({ name }) => name).join(", ")}`,
    );
  }

  /**
   * How well each proxy orders the architectures as the truth does, such as their accuracies; where lower scores are better their sign is
   * turned round. An architecture without a score is left out; null where three are not left, or all scores are equal.
   * @param truth by architecture, [rows], higher is better.
   */
  correlations(
    truth: readonly number[],
    seed = 0,
  ): { readonly proxy: string; readonly correlation: RankCorrelation | null }[] {
    return this.settings.proxies.map(({ name, better }) => {
      const own = this.of(name);
      const there = own.flatMap((score, k) => (score === null ? [] : [k]));
      const values = there.map((k) => (better === "higher" ? own[k]! : -own[k]!));
      const correlation =
        new Set(values).size < 2 || there.length < 3
          ? null
          : rankCorrelation(
              values,
              there.map((k) => truth[k]),
              { seed },
            );
      return { proxy: name, correlation };
    });
  }
}

/** What scores of a space's architectures are made under. @throws UserError for options that make no sense. */
export function scoreSettings(
  space: SearchSpace,
  { proxies: asked, data, images = 64, seed = 0, repeats = 1, size }: ScoreOptions,
): ScoreSettings & { readonly proxies: readonly ZeroCostProxy[] } {
  const proxies = asked.map((proxy) => (typeof proxy === "string" ? requireProxy(proxy) : proxy));
  if (proxies.length === 0) throw new UserError("scores: there are no proxies; name one at least");
  if (!(Number.isInteger(repeats) && repeats > 0))
    throw new UserError(`scores: repeats must be a positive whole number, got ${repeats}`);
  const network = { ...space.search, image: space.image, classes: space.classes };
  if (!(data instanceof Dataset)) {
    const images = data.labels.length;
    return { space, proxies, data: "a batch", images, size: { ...network, ...size }, seed, repeats };
  }
  const { train, title, shape, classes } = data;
  if (!(Number.isInteger(images) && images > 0 && images <= train.count))
    throw new UserError(
      `scores: ${images} images in the batch; give a whole number from 1 to the ${train.count} training images that there are`,
    );
  const fitting = { ...network, image: shape, classes: classes.length, ...size };
  return { space, proxies, data: title, images, size: fitting, seed, repeats };
}

/**
 * Scores architectures, one after the other, each canonical form once; an interrupt ends it with what there is.
 * @throws UserError for an unknown proxy, images that do not fit, or if interrupted before the first architecture.
 */
export async function scoreArchitectures(
  architectures: readonly Architecture[],
  options: ScoreOptions,
): Promise<ScoreTable> {
  if (architectures.length === 0) throw new UserError("scores: there are no architectures; give one at least");
  const { space } = architectures[0];
  const other = architectures.find((architecture) => architecture.space !== space);
  if (other)
    throw new UserError(
      `scores: architectures of ${space.title} and of ${other.space.title}; score them one space at a time`,
    );
  const settings = scoreSettings(space, options);
  const { progress = () => {}, row: told = () => {} } = options;
  const interrupt = interruption(options.signal);
  const known = new Map(options.known);
  const rows: ScoreRow[] = [];
  let seconds = 0;
  let made = 0;
  try {
    const batch = await batchOf(options.data, settings);
    for (const architecture of architectures) {
      await nextTurn();
      if (interrupt.signal.aborted) break;
      const found = known.get(architecture.canonical);
      if (!found) {
        const started = performance.now();
        const row = await scored(architecture, batch, settings);
        seconds += (performance.now() - started) / 1000;
        made++;
        known.set(architecture.canonical, row);
        told(row);
      }
      rows.push({ ...known.get(architecture.canonical)!, architecture });
      const left = architectures.length - rows.length;
      progress({
        done: rows.length,
        of: architectures.length,
        secondsLeft: made === 0 ? null : (seconds / made) * left,
      });
    }
  } finally {
    interrupt.close();
  }
  if (rows.length === 0) throw new UserError("scores: interrupted before the first architecture; call it again");
  return new ScoreTable(settings, rows, rows.length < architectures.length);
}

async function scored(
  architecture: Architecture,
  batch: Batch,
  { proxies, size, seed, repeats }: ReturnType<typeof scoreSettings>,
): Promise<ScoreRow> {
  const draws: Record<string, Score>[] = [];
  for (let k = 0; k < repeats; k++) draws.push(await scores(architecture, proxies, batch, { size, seed: seed + k }));
  const of = <T>(value: (own: readonly Score[]) => T) =>
    Object.fromEntries(proxies.map(({ name }) => [name, value(draws.map((draw) => draw[name]))])) as Record<string, T>;
  const mean = (own: readonly Score[]) => own.reduce((sum, { value }) => sum + value!, 0) / repeats;
  const reasons = of((own) => own.find(({ reason }) => reason !== null)?.reason);
  return {
    architecture,
    scores: of((own) => (own.some(({ value }) => value === null) ? null : mean(own))),
    reasons: Object.fromEntries(Object.entries(reasons).filter((entry): entry is [string, string] => !!entry[1])),
    seconds: of((own) => own.reduce((sum, { seconds }) => sum + seconds, 0)),
  };
}

async function batchOf(data: Dataset | Batch, { images, seed }: ScoreSettings): Promise<Batch> {
  if (!(data instanceof Dataset)) return data;
  const whole = await loaded(data);
  return whole.batch(new RandomStream(seed, "scores", "batch").permutation(data.train.count).subarray(0, images), null);
}
