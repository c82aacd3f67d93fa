// NASLab, as a notebook imports it.
import type { Dataset } from "./datasets";
import { liveDisplay } from "./display";
import { type Method, methods } from "./methods";
import { type OpenOptions, openRun as openFolder, Run, type RunInput } from "./runs";
import type { SearchSpace } from "./spaces";

export { accuracyRange, agreement, eigenvalues, operationCounts, proposition1 } from "./analysis";
export { choose, compile, profile, RandomStream, tf, useBackend } from "./backend";
export { benchmarks, simulate, summarise } from "./benchmarks";
export { datasets } from "./datasets";
export { display } from "./display";
export { Categorical, Concrete, Dirichlet, Gaussian, kl, PointMass } from "./distributions";
export { axes, defineMethod, methods, part, tabularMethods } from "./methods";
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
