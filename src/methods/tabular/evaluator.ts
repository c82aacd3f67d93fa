// What a search without a network sees of the world: a budget of evaluations, and what they answered.
import { UserError } from "../../errors";
import type { Architecture, SearchSpace } from "../../spaces";

/** How good an architecture is, in percent; more is better. */
export type Evaluate = (architecture: Architecture) => number;

export interface Evaluation {
  readonly architecture: Architecture;
  /** In percent. */
  readonly accuracy: number;
  /** Simulated seconds of all evaluations up to and with this one, where the budget is of seconds. */
  readonly seconds?: number;
}

/** What a search may spend: a number of evaluations, or simulated seconds, and how many an architecture takes. */
export type Budget = number | { readonly seconds: number; readonly of: (architecture: Architecture) => number };

/** Spends a budget of evaluations and keeps each of them. */
export class Evaluator {
  /** In the order of asking. */
  readonly evaluations: Evaluation[] = [];
  readonly #evaluate: Evaluate;
  readonly #limit: number;
  /** Seconds that an architecture takes; null: what is counted is evaluations. */
  readonly #seconds: ((architecture: Architecture) => number) | null;
  readonly #known = new Map<string, number>();
  #best: Evaluation | null = null;
  #spent = 0;

  /** @throws UserError if the budget is neither a whole number of at least 1 nor a time. */
  constructor(
    readonly space: SearchSpace,
    evaluate: Evaluate,
    budget: Budget,
  ) {
    if (typeof budget === "number" && !(Number.isSafeInteger(budget) && budget >= 1))
      throw new UserError(`Evaluator: the budget must be a whole number of at least 1, got ${budget}.`);
    if (typeof budget !== "number" && !(Number.isFinite(budget.seconds) && budget.seconds > 0))
      throw new UserError(`Evaluator: a budget of seconds must be more than 0, got ${budget.seconds}.`);
    this.#evaluate = evaluate;
    [this.#limit, this.#seconds] = typeof budget === "number" ? [budget, null] : [budget.seconds, budget.of];
  }

  /** Whether another evaluation can be begun. */
  get open(): boolean {
    return this.#spent < this.#limit;
  }

  /** How many different architectures have been evaluated. */
  get distinct(): number {
    return this.#known.size;
  }

  /** The most accurate so far, the first among equals. @throws Error before the first evaluation, UserError where the time was too short for it. */
  get best(): Evaluation {
    if (this.#best) return this.#best;
    if (this.open) throw new Error("Evaluator: nothing has been evaluated yet.");
    throw new UserError(
      `Evaluator: the budget of ${this.#limit} seconds is too short, the first evaluation took ${this.#spent.toFixed(1)}; give more`,
    );
  }

  /** An architecture's accuracy if it has been paid for already. */
  known(architecture: Architecture): number | undefined {
    return this.#known.get(architecture.key);
  }

  /**
   * Evaluates an architecture; one that is known costs as much as a new one. What ends after the budget's seconds is not kept.
   * @throws UserError if the answer is not finite, or its seconds are not more than 0, Error without budget.
   */
  evaluate(architecture: Architecture): Evaluation {
    if (!this.open) throw new Error("Evaluator: the budget is spent.");
    const accuracy = this.#evaluate(architecture);
    if (!Number.isFinite(accuracy)) {
      throw new UserError(`Evaluator: the accuracy of ${architecture} must be a finite number, got ${accuracy}.`);
    }
    const cost = this.#seconds?.(architecture) ?? 1;
    if (!(Number.isFinite(cost) && cost > 0))
      throw new UserError(
        `Evaluator: the seconds of ${architecture} must be a finite number above 0, got ${cost}; give a budget of evaluations.`,
      );
    this.#spent += cost;
    const evaluation = { architecture, accuracy, ...(this.#seconds && { seconds: this.#spent }) };
    if (this.#spent > this.#limit) return evaluation;
    this.evaluations.push(evaluation);
    this.#known.set(architecture.key, accuracy);
    if (!this.#best || accuracy > this.#best.accuracy) this.#best = evaluation;
    return evaluation;
  }
}
