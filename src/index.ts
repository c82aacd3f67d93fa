// NASLab, as a notebook imports it.
import type { Dataset } from "./datasets";
import { liveDisplay } from "./display";
import { type Method, methods, type SettingsInput } from "./methods";
import type { SearchSpace } from "./spaces";
import { SearchRun } from "./trainer";

export { choose, compile, profile, RandomStream, tf, useBackend } from "./backend";
export { benchmarks, simulate, summarise } from "./benchmarks";
export { datasets } from "./datasets";
export { display } from "./display";
export { Categorical, Concrete, Dirichlet, Gaussian, kl, PointMass } from "./distributions";
export { axes, defineMethod, methods, part, tabularMethods } from "./methods";
export { defineSpace, published, spaces } from "./spaces";
export { SearchRun } from "./trainer";

/**
 * A search as a run, with its live display: nothing is computed before `await run.stage({ epochs })`.
 * @param method one of `methods`, or your own from `defineMethod`. @param settings any part of the settings; the rest are the method's.
 */
export function search(method: Method, space: SearchSpace, data: Dataset, settings?: SettingsInput): SearchRun {
  const run = new SearchRun(method, space, data, settings);
  liveDisplay(run);
  return run;
}

/**
 * A DrNAS search (Chen et al., ICLR 2021) as a run: nothing is computed before `await run.stage({ epochs })`.
 * @param settings any part of the settings; the rest are the authors' for NAS-Bench-201.
 */
export function drnas(space: SearchSpace, data: Dataset, settings?: SettingsInput): SearchRun {
  return search(methods.drnas, space, data, settings);
}
