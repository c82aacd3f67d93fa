// What a search method is that needs no network: it asks for the accuracies of architectures one by one.
import type { z } from "zod";
import type { RandomStream } from "../../backend";
import type { NasBench201 } from "../../spaces";
import { checkSettings } from "../check-settings";
import { type MethodDescription, requireMethod } from "../description";
import { type Evaluate, type Evaluation, Evaluator } from "./evaluator";

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
   * @param budget how many evaluations, at least 1.
   * @param settings any part of the settings; the rest are defaults.
   * @throws UserError for settings that do not fit or a space that it does not work on, RangeError for a budget or an accuracy that makes no sense.
   */
  search(
    space: NasBench201,
    evaluate: Evaluate,
    budget: number,
    settings: object | undefined,
    stream: RandomStream,
  ): TabularResult;
}

/** A method as its own file says it: `explore` spends the evaluator's budget. */
interface Definition<Settings extends object> extends Omit<MethodDescription, "spaces" | "supernet"> {
  readonly schema: z.ZodType<Settings>;
  explore(evaluator: Evaluator, settings: Settings, stream: RandomStream): void;
}

export function tabularMethod<Settings extends object>(definition: Definition<Settings>): TabularMethod {
  const { schema, explore, ...description } = definition;
  return {
    ...description,
    spaces: ["nasbench201"],
    supernet: false,
    settings: (input) => checkSettings(schema, input),
    search(space, evaluate, budget, settings, stream) {
      requireMethod(this, space);
      const evaluator = new Evaluator(space, evaluate, budget);
      explore(evaluator, checkSettings(schema, settings), stream);
      return { evaluations: evaluator.evaluations, best: evaluator.best };
    },
  };
}
