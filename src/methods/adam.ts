// Adam (Kingma & Ba, ICLR 2015, algorithm 1) on the host in float64, with PyTorch's coupled weight decay.

export interface AdamSettings {
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  /** Added to the gradient as weightDecay · x before the moments are taken (an l2 penalty, not AdamW). */
  readonly weightDecay: number;
}

const EPSILON = 1e-8;

export class Adam {
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #steps = 0;

  constructor(
    size: number,
    readonly settings: AdamSettings,
  ) {
    this.#first = new Float64Array(size);
    this.#second = new Float64Array(size);
  }

  /** One descent step on x, in place. */
  step(x: Float64Array, gradient: ArrayLike<number>): void {
    const { learningRate, betas, weightDecay } = this.settings;
    const [beta1, beta2] = betas;
    this.#steps++;
    const correction1 = 1 - beta1 ** this.#steps;
    const correction2 = 1 - beta2 ** this.#steps;
    for (let k = 0; k < x.length; k++) {
      const g = gradient[k] + weightDecay * x[k];
      this.#first[k] = beta1 * this.#first[k] + (1 - beta1) * g;
      this.#second[k] = beta2 * this.#second[k] + (1 - beta2) * g * g;
      x[k] -= (learningRate * (this.#first[k] / correction1)) / (Math.sqrt(this.#second[k] / correction2) + EPSILON);
    }
  }
}
