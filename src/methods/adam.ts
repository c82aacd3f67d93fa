// Adam (Kingma & Ba, ICLR 2015, algorithm 1) on the host in float64, with PyTorch's coupled weight decay.

export interface AdamSettings {
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  /** Added to the gradient as weightDecay · x before the moments are taken (an l2 penalty, not AdamW). */
  readonly weightDecay: number;
}

/** What Adam remembers between steps. */
export interface AdamState {
  /** The moving averages of the gradient and of its square. */
  readonly first: Float64Array;
  readonly second: Float64Array;
  steps: number;
}

const EPSILON = 1e-8;

export const emptyAdam = (size: number): AdamState => ({
  first: new Float64Array(size),
  second: new Float64Array(size),
  steps: 0,
});

export class Adam {
  /** @param state at first `emptyAdam`; changed in place. */
  constructor(
    readonly settings: AdamSettings,
    readonly state: AdamState,
  ) {}

  /** One descent step on x, in place. */
  step(x: Float64Array, gradient: ArrayLike<number>): void {
    const { state } = this;
    const { learningRate, betas, weightDecay } = this.settings;
    const [beta1, beta2] = betas;
    state.steps++;
    const correction1 = 1 - beta1 ** state.steps;
    const correction2 = 1 - beta2 ** state.steps;
    for (let k = 0; k < x.length; k++) {
      const g = gradient[k] + weightDecay * x[k];
      state.first[k] = beta1 * state.first[k] + (1 - beta1) * g;
      state.second[k] = beta2 * state.second[k] + (1 - beta2) * g * g;
      x[k] -= (learningRate * (state.first[k] / correction1)) / (Math.sqrt(state.second[k] / correction2) + EPSILON);
    }
  }
}
