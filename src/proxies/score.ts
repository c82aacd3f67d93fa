// An architecture's scores by one proxy or several.
import { setImmediate } from "node:timers/promises";
import { RandomStream, useBackend } from "../backend";
import { UserError } from "../errors";
import { NoScore } from "./no-score";
import type { ProxyDefinition } from "./proxy";
import { type ProxyBatch, type ScoreOptions, type Subject, scored } from "./subject";
import { Trial } from "./trial";

export interface Score {
  /** Null where the proxy's formula has no finite value; such an architecture ranks behind all others. */
  readonly value: number | null;
  /** Why it has none. */
  readonly reason: string | null;
  /** What it took beside what the proxies before it had computed already. */
  readonly seconds: number;
}

/**
 * Scores by several proxies, all of one network at fresh weights: what they have in common is computed once.
 * @param batch images, and labels where a proxy `needs` them: `await data.batch(indices, null)`.
 * @returns by the proxies' names.
 * @throws UserError for what is no architecture, and for a batch or a size that does not fit.
 */
export async function scores(
  architecture: Subject,
  proxies: readonly ProxyDefinition[],
  batch?: ProxyBatch,
  options: ScoreOptions = {},
): Promise<Record<string, Score>> {
  const stranger = proxies.findIndex((proxy) => typeof proxy?.score !== "function");
  if (proxies.length === 0 || stranger >= 0)
    throw new UserError(
      `scores: ${stranger < 0 ? "no proxy is given" : `${named(proxies[stranger], stranger)} is no proxy`}; give [proxies.naswot, proxies.snip]`,
    );
  const needs = new Set(proxies.flatMap((proxy) => proxy.needs));
  const who = proxies.length === 1 ? `proxies.${proxies[0].name}` : "scores";
  const subject = scored(who, architecture, batch, options.size, needs);
  const random = new RandomStream(options.seed ?? 0, "proxies");
  await useBackend();
  await setImmediate(); // an interrupt has its turn between two architectures
  const trial = new Trial(
    subject,
    random,
    proxies.flatMap(({ reads = [] }) => reads),
  );
  try {
    return Object.fromEntries(proxies.map((proxy) => [proxy.name, scoreOf(proxy, trial)]));
  } finally {
    trial.dispose();
  }
}

/** What stands in place of a proxy, for an error. */
const named = (stranger: unknown, place: number): string =>
  typeof stranger === "string" ? `"${stranger}"` : `number ${place} of the list`;

function scoreOf({ name, score }: ProxyDefinition, trial: Trial): Score {
  const start = performance.now();
  const told = (value: number | null, reason: string | null): Score => ({
    value,
    reason,
    seconds: (performance.now() - start) / 1000,
  });
  try {
    const value = score(trial);
    return Number.isFinite(value) ? told(value, null) : told(null, `${name} is ${value}`);
  } catch (error) {
    if (error instanceof NoScore) return told(null, `${name}: ${error.message}`);
    throw error;
  }
}
