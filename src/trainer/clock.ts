// How far a stage is and how long it will still take, from its own steps.
import type { Progress } from "./events";

export class StageClock {
  readonly #seconds: number[] = [];
  #validationSeconds = 0;
  #done = 0;
  #steps: number;

  constructor(
    readonly stage: number,
    readonly lastEpoch: number,
    steps: number,
  ) {
    this.#steps = steps;
  }

  /** Steps that are to be done again. */
  again(steps: number): void {
    this.#steps += steps;
  }

  step(seconds: number): void {
    this.#done++;
    this.#seconds.push(seconds);
    if (this.#seconds.length > 21) this.#seconds.shift();
  }

  validation(milliseconds: number): void {
    this.#validationSeconds = milliseconds / 1000;
  }

  progress(phase: Progress["phase"], epoch: number): Progress {
    const { stage, lastEpoch } = this;
    const steps = this.#steps;
    const secondsPerStep = this.#done > 1 ? median(this.#seconds) : null; // the first step includes the compilation
    const secondsLeft =
      secondsPerStep === null
        ? null
        : (steps - this.#done) * secondsPerStep + (lastEpoch - epoch + 1) * this.#validationSeconds;
    return {
      stage,
      phase,
      epoch: Math.min(epoch, lastEpoch),
      lastEpoch,
      step: this.#done,
      steps,
      secondsPerStep,
      secondsLeft,
    };
  }
}

/** The middle of the values; NaN of none. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
