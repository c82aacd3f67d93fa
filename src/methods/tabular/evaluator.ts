// What a search without a network sees of the world: a budget of evaluations, and what they answered.
import { UserError } from "../../errors";
import type { Architecture, SearchSpace } from "../../spaces";

/** How good an architecture is, in percent; more is better. */
export type Evaluate = (architecture: Architecture) => number;

export interface Evaluation {
  readonly architecture: Architecture;
  /** In percent. */
  readonly accuracy: number;
}

/** Spends a budget of evaluations and keeps each of them. */
export class Evaluator {
  /** In the order of asking. */
  readonly evaluations: Evaluation[] = [];
  readonly #evaluate: Evaluate;
  readonly #known = new Map<string, number>();
  #best: Evaluation | null = null;

  /** @throws UserError if the budget is no whole number of at least 1. */
  constructor(
    readonly space: SearchSpace,
    evaluate: Evaluate,
    readonly budget: number,
  ) {
    if (!(Number.isSafeInteger(budget) && budget >= 1)) {
      throw new UserError(`Evaluator: the budget must be a whole number of at least 1, got ${budget}.`);
    }
    this.#evaluate = evaluate;
  }

  /** Whether another evaluation can be paid. */
  get open(): boolean {
    return this.evaluations.length < this.budget;
  }

  /** How many different architectures have been evaluated. */
  get distinct(): number {
    return this.#known.size;
  }

  /** The most accurate so far, the first among equals. @throws Error before the first evaluation. */
  get best(): Evaluation {
    if (!this.#best) throw new Error("Evaluator: nothing has been evaluated yet.");
    return this.#best;
  }

  /** An architecture's accuracy if it has been paid for already. */
  known(architecture: Architecture): number | undefined {
    return this.#known.get(architecture.key);
  }

  /** Evaluates an architecture; one that is known costs as much as a new one. @throws UserError if the answer is not finite, Error without budget. */
  evaluate(architecture: Architecture): Evaluation {
    if (!this.open) throw new Error(`Evaluator: the budget of ${this.budget} evaluations is spent.`);
    const accuracy = this.#evaluate(architecture);
    if (!Number.isFinite(accuracy)) {
      throw new UserError(`Evaluator: the accuracy of ${architecture} must be a finite number, got ${accuracy}.`);
    }
    const evaluation = { architecture, accuracy };
    this.evaluations.push(evaluation);
    this.#known.set(architecture.key, accuracy);
    if (!this.#best || accuracy > this.#best.accuracy) this.#best = evaluation;
    return evaluation;
  }
}
