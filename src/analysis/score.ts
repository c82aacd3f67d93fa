// Many architectures by many training-free scores.
import { RandomStream } from "../backend/random";
import { Dataset, loaded } from "../datasets";
import { UserError } from "../errors";
import { type ProxyBatch, requireProxy, type Score, scores, type ZeroCostProxy } from "../proxies";
import { Architecture, designOf, edgesInUse } from "../spaces";
import { interruption, nextTurn } from "../trainer";
import { type ScoreInput, type ScoreSettings, scoreSettings } from "./score-settings";
import { type ScoreRow, ScoreTable } from "./score-table";

/** How far the work is. */
export interface ScoreProgress {
  readonly done: number;
  readonly of: number;
  /** Null where nothing has been scored yet by which to tell. */
  readonly secondsLeft: number | null;
  /** Told once, at the end: whether all is done, or it was interrupted. */
  readonly ended: boolean;
}

export interface ScoreOptions extends ScoreInput {
  readonly proxies: readonly (string | ZeroCostProxy)[];
  /** Stops before the next architecture; the notebook's interrupt button and Ctrl-C in a script do the same. */
  readonly signal?: AbortSignal;
  readonly progress?: (progress: ScoreProgress) => void;
  /** Rows that are there already: what equals theirs is not scored again. */
  readonly known?: readonly ScoreRow[];
  /** Is given each row that is new. */
  readonly row?: (row: ScoreRow) => void;
}

/**
 * Scores architectures, one after the other, each network once; an interrupt ends it with what there is.
 * @throws UserError for an unknown proxy, images that do not fit, or if interrupted before the first architecture.
 */
export async function scoreArchitectures(
  architectures: readonly Architecture[],
  options: ScoreOptions,
): Promise<ScoreTable> {
  if (!Array.isArray(architectures) || architectures.length === 0)
    throw new UserError("scores: there are no architectures; give one at least, in a list");
  const stranger = architectures.findIndex((architecture) => !(architecture instanceof Architecture));
  if (stranger >= 0)
    throw new UserError(
      `scores: number ${stranger} of the list is no architecture; space.parse(text) or space.sample(stream) gives one`,
    );
  const { space } = architectures[0];
  const other = architectures.find((architecture) => architecture.space !== space);
  if (other)
    throw new UserError(
      `scores: architectures of ${space.title} and of ${other.space.title}; score them one space at a time`,
    );
  const settings = scoreSettings(space, options);
  const proxies = requireProxies(options.proxies);
  const { progress = () => {}, row: keep = () => {} } = options;
  const interrupt = interruption(options.signal);
  const { known = [] } = options;
  const there = new Set(known.map(({ architecture }) => architecture.key));
  const byForm = new Map(known.map((row) => [formOf(row.architecture), row]));
  const rows: ScoreRow[] = [];
  const told = { of: architectures.length, ended: false };
  let seconds = 0;
  let made = 0; // rows that were not there
  try {
    const batch = await batchOf(options.data, settings);
    for (const architecture of architectures) {
      await nextTurn();
      if (interrupt.signal.aborted) break;
      const form = formOf(architecture);
      if (!byForm.has(form)) {
        const started = performance.now();
        byForm.set(form, await scored(architecture, proxies, batch, settings));
        seconds += (performance.now() - started) / 1000;
      }
      const row = { ...byForm.get(form)!, architecture };
      rows.push(row);
      if (!there.has(architecture.key)) {
        made++;
        keep(row);
      }
      const left = architectures.length - rows.length;
      progress({ ...told, done: rows.length, secondsLeft: made === 0 ? null : (seconds / made) * left });
    }
  } finally {
    interrupt.close();
  }
  if (rows.length === 0) throw new UserError("scores: interrupted before the first architecture; call it again");
  progress({ ...told, done: rows.length, secondsLeft: 0, ended: true });
  return new ScoreTable(settings, proxies, rows, rows.length < architectures.length);
}

/**
 * The same for architectures that are the same network: those that differ only in edges that lead nowhere. NAS-Bench-201's own canonical
 * form does not serve: it takes a convolution that two paths share for two with weights of their own.
 */
function formOf(architecture: Architecture): string {
  const { cells } = architecture.space;
  if (cells.some(({ operationsOn }) => operationsOn === "nodes")) return architecture.canonical;
  const design = designOf(architecture);
  const used = cells.map(({ name }) => edgesInUse(design.cell(name)));
  return used.map((edges) => edges.map(({ place, operation }) => `${place} ${operation.name}`).join()).join(" | ");
}

/** @throws UserError for an unknown name. */
export const requireProxies = (proxies: readonly (string | ZeroCostProxy)[]): ZeroCostProxy[] =>
  proxies.map((proxy) => (typeof proxy === "string" ? requireProxy(proxy) : proxy));

async function scored(
  architecture: Architecture,
  proxies: readonly ZeroCostProxy[],
  batch: ProxyBatch | undefined,
  { size, seed, repeats }: ScoreSettings,
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

async function batchOf(data: ScoreInput["data"], { images, seed }: ScoreSettings): Promise<ProxyBatch | undefined> {
  if (!(data instanceof Dataset)) return data;
  const whole = await loaded(data);
  return whole.batch(new RandomStream(seed, "scores", "batch").permutation(data.train.count).subarray(0, images), null);
}
