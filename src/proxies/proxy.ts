// What a training-free proxy is: a number for an architecture, and what has to be known of it.
import { UserError } from "../errors";
import { NoScore } from "./no-score";
import { scores } from "./score";
import type { Need, ProxyBatch, ScoreOptions, Subject } from "./subject";
import type { Reading, Trial } from "./trial";

export interface ProxyDefinition {
  /** The field's name: "grad_norm". */
  readonly name: string;
  /** In one line. */
  readonly formula: string;
  /** The paper that it is from. */
  readonly source: string;
  /** Which score promises the better accuracy. */
  readonly better: "higher" | "lower";
  /** What it takes, in words. */
  readonly cost: string;
  readonly needs: readonly Need[];
  /** What of a trial it shares with other proxies. */
  readonly reads?: readonly Reading[];
  /** @throws NoScore where the formula has no finite value. */
  score(trial: Trial): number;
}

/** A proxy; called, it scores an architecture at fresh weights. */
export interface ZeroCostProxy extends ProxyDefinition {
  /**
   * @param batch images, and labels where it `needs` them: `await data.batch(indices, null)`.
   * @throws UserError for what is no architecture, for a batch or a size that does not fit, and where the formula has no finite value.
   */
  (architecture: Subject, batch?: ProxyBatch, options?: ScoreOptions): Promise<number>;
}

/** A proxy, also of your own. @throws UserError for one without a name or a function. */
export function defineProxy(definition: ProxyDefinition): ZeroCostProxy {
  if (!definition?.name || typeof definition.score !== "function" || !Array.isArray(definition.needs))
    throw new UserError(
      `defineProxy: ${definition?.name ? `"${definition.name}"` : "it"} must have a name, what it needs, and a function: { name: "mine", needs: ["images"], …, score: (trial) => … }`,
    );
  const call = async (architecture: Subject, batch?: ProxyBatch, options?: ScoreOptions) => {
    const { [definition.name]: score } = await scores(architecture, [definition], batch, options);
    if (score.value === null) throw new NoScore(score.reason!);
    return score.value;
  };
  return Object.defineProperties(call, Object.getOwnPropertyDescriptors(definition)) as ZeroCostProxy; // a function's name can't be assigned
}
