// NASLab, as a notebook imports it.
import { join } from "node:path";
import * as analysis from "./analysis";
import type { Dataset } from "./datasets";
import { liveDisplay, scoringDisplay } from "./display";
import type { CellDistribution } from "./distributions";
import { type Method, methods } from "./methods";
import { packageRoot } from "./root";
import { type OpenOptions, openRun as openFolder, Run, type RunInput } from "./runs";
import type { Architecture, SearchSpace } from "./spaces";
import type { SearchRun } from "./trainer";

export {
  accuracyRange,
  agreement,
  eigenvalues,
  openScores,
  operationCounts,
  proposition1,
  publishedCorrelations,
  rankCorrelation,
  regret,
  ScoreTable,
  Selection,
} from "./analysis";
export { choose, compile, profile, RandomStream, tf, useBackend } from "./backend";
export { benchmarks, publishedTables, simulate, summarise } from "./benchmarks";
export { datasets } from "./datasets";
export { display } from "./display";
export { Categorical, Concrete, Dirichlet, Gaussian, kl, PointMass } from "./distributions";
export { axes, defineMethod, methods, part, tabularMethods } from "./methods";
export { defineProxy, NoScore, proxies, requireProxy, scores } from "./proxies";
export { Run, readEvents } from "./runs";
export { defineSpace, published, spaces } from "./spaces";
export { SearchRun } from "./trainer";

/**
 * A search as a run, with its live display: nothing is computed before `await run.stage({ epochs })`.
 * @param method one of `methods`, or your own from `defineMethod`. @param settings any part of the settings; the rest are the method's.
 * With `folder` the run is kept there (see `openRun`); `checkpoints` says how often.
 */
export function search(method: Method, space: SearchSpace, data: Dataset, settings?: RunInput): Run {
  const run = new Run(method, space, data, settings);
  liveDisplay(run);
  return run;
}

/**
 * A DrNAS search (Chen et al., ICLR 2021) as a run: nothing is computed before `await run.stage({ epochs })`.
 * @param settings any part of the settings; the rest are the authors' for NAS-Bench-201. With `folder` the run is kept there.
 */
export function drnas(space: SearchSpace, data: Dataset, settings?: RunInput): Run {
  return search(methods.drnas, space, data, settings);
}

/**
 * A run from its folder, with its live display: it shows what it showed, and `await run.stage()` goes on as if it had never stopped.
 * @param options `space`, `method` or `data` where they are your own; `checkpoints` says how often they are written from now on.
 */
export function openRun(folder: string, options?: OpenOptions): Run {
  const run = openFolder(folder, options);
  liveDisplay(run);
  return run;
}

/** Scores architectures of one space by training-free proxies, with its progress in the cell; an interrupt leaves what there is. */
export const score = (
  architectures: readonly Architecture[],
  options: analysis.ScoreOptions,
): Promise<analysis.ScoreTable> =>
  analysis.scoreArchitectures(architectures, { progress: scoringDisplay(), ...options });

/**
 * Draws architectures from a learnt distribution, scores the different ones without training them, and ranks them (BaLeNAS-TF, Zhang et
 * al., CVPR 2022): `(await select(run.distribution, { samples: 100, proxies: ["naswot", "synflow"], data })).best`. With `budget` only what
 * costs no more is drawn. @param source a run, its distribution, or a space for the uniform one.
 */
export const select = (
  source: SearchRun | CellDistribution | SearchSpace,
  options: analysis.SelectOptions,
): Promise<analysis.Selection> => analysis.select(source, { progress: scoringDisplay(), ...options });

/** Studies that were made with `naslab score` and come with the package. */
export const studies = {
  /** Proxies on NAS-Bench-201 at full size with CIFAR-10's images (docs/selection.md says how it was made). */
  nasBench201: (): analysis.ScoreTable =>
    analysis.openScores(join(packageRoot, "data/proxies-nasbench201-cifar10.jsonl.gz")),
};
