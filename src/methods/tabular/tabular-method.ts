// What a search method is that needs no network: it asks for the accuracies of architectures one by one.
import type { z } from "zod";
import type { RandomStream } from "../../backend";
import { UserError } from "../../errors";
import { type SearchSpace, spacesByName } from "../../spaces";
import { checkSettings } from "../check-settings";
import type { MethodDescription } from "../description";
import { type Budget, type Evaluate, type Evaluation, Evaluator } from "./evaluator";

export interface TabularResult {
  /** Every evaluation, in order. */
  readonly evaluations: readonly Evaluation[];
  /** The most accurate of them, the first among equals. */
  readonly best: Evaluation;
}

export interface TabularMethod extends MethodDescription {
  readonly supernet: false;
  /** All settings, defaults filled in. @throws UserError that names what does not fit. */
  settings(input?: object): object;
  /**
   * Searches until the budget is spent, or every architecture is known to a method that asks for none twice.
   * @param budget how many evaluations, at least 1, or how many seconds.
   * @param settings any part of the settings; the rest are defaults.
   * @throws UserError for settings that do not fit, a space that it does not work on, or a budget or an accuracy that makes no sense.
   */
  search(
    space: SearchSpace,
    evaluate: Evaluate,
    budget: Budget,
    settings: object | undefined,
    stream: RandomStream,
  ): TabularResult;
}

/** A method as its own file says it: `explore` spends the evaluator's budget. */
interface Definition<Settings extends object> extends Omit<MethodDescription, "spaces" | "supernet"> {
  readonly schema: z.ZodType<Settings>;
  /** Why it can't search a space; null if it can. */
  readonly unfit?: (space: SearchSpace) => string | null;
  explore(evaluator: Evaluator, settings: Settings, stream: RandomStream): void;
}

export function tabularMethod<Settings extends object>(definition: Definition<Settings>): TabularMethod {
  const { schema, explore, unfit = () => null, ...description } = definition;
  return {
    ...description,
    spaces: Object.values(spacesByName).flatMap((space) => (unfit(space) ? [] : [space.name])),
    supernet: false,
    settings: (input) => checkSettings(schema, input),
    search(space, evaluate, budget, settings, stream) {
      const reason = unfit(space);
      if (reason) throw new UserError(`the method ${this.name} does not work on ${space.name}: ${reason}`);
      const evaluator = new Evaluator(space, evaluate, budget);
      explore(evaluator, checkSettings(schema, settings), stream);
      return { evaluations: evaluator.evaluations, best: evaluator.best };
    },
  };
}

/** Of methods that have a number for each operation on each edge. */
export const needsAllEdges = ({ groups }: SearchSpace): string | null =>
  groups.length === 0 ? null : "it has a number for each operation on each edge, and here some edges are left out";
