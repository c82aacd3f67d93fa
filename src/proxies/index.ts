import { UserError } from "../errors";
import { nearest } from "../nearest";
import { epeNas } from "./epe-nas";
import { fisher } from "./fisher";
import { flops } from "./flops";
import { gradNorm } from "./grad-norm";
import { grasp } from "./grasp";
import { jacobCov } from "./jacob-cov";
import { l2Norm } from "./l2-norm";
import { linearRegions } from "./linear-regions";
import { type ProxyName, proxyNames } from "./names";
import { naswot } from "./naswot";
import { ntk } from "./ntk";
import { params } from "./params";
import { plain } from "./plain";
import type { ZeroCostProxy } from "./proxy";
import { snip } from "./snip";
import { synflow } from "./synflow";
import { zen } from "./zen";

export { type Combination, combine, type ProxyScores, requireCombination } from "./combine";
export { type ProxyName, proxyNames } from "./names";
export { NoScore } from "./no-score";
export { defineProxy, type ProxyDefinition, type ZeroCostProxy } from "./proxy";
export { type Score, scores } from "./score";
export type { ProxyBatch, ScoreOptions, Subject } from "./subject";
export { Trial } from "./trial";

/** The training-free proxies by their names: `await proxies.naswot(architecture, batch)`. */
export const proxies = {
  synflow,
  snip,
  grasp,
  fisher,
  grad_norm: gradNorm,
  l2_norm: l2Norm,
  plain,
  jacob_cov: jacobCov,
  naswot,
  ntk,
  linear_regions: linearRegions,
  zen,
  epe_nas: epeNas,
  params,
  flops,
} as const satisfies Readonly<Record<ProxyName, ZeroCostProxy>>;

/** @throws UserError if there is no proxy of this name. */
export function requireProxy(name: string): ZeroCostProxy {
  if (Object.hasOwn(proxies, name)) return proxies[name as ProxyName];
  const meant = nearest(name, proxyNames);
  throw new UserError(
    `there is no proxy "${name}"; ${meant ? `did you mean ${meant}? Else ` : ""}use ${proxyNames.join(", ")}`,
  );
}
