// SGD with momentum (Nesterov's too) and weight decay as PyTorch's, with the gradients clipped to a norm, in ordinary tensor code.
import * as tf from "@tensorflow/tfjs";
import { freedWith } from "../backend";
import { type Gradient, moved } from "./gradients";

export interface SgdSettings {
  readonly momentum: number;
  readonly weightDecay: number;
  /** The largest norm of all gradients together; without it they stay as they are. */
  readonly clip?: number;
  /** Nesterov's momentum: the step looks ahead by what the momentum will add. */
  readonly nesterov?: boolean;
}

export class Sgd {
  /** v, the momentum of each variable. */
  readonly buffers: readonly tf.Variable[];
  readonly #free: () => void;

  /** @param variables the weights that are trained. */
  constructor(
    readonly variables: readonly tf.Variable[],
    readonly settings: SgdSettings,
  ) {
    const buffers = tf.tidy(() => variables.map(({ shape }) => tf.variable(tf.zeros(shape), false)));
    this.buffers = buffers;
    this.#free = freedWith(this, () => tf.dispose(buffers));
  }

  /**
   * One step: d = clipped g + decay · w; v ← momentum · v + d; w ← w - rate · v, or rate · (d + momentum · v) with Nesterov's momentum.
   * Where `healthy` is false nothing changes; without a gradient nothing does of that variable.
   * @param gradients in the order of the variables. @param rate a scalar tensor.
   */
  step(gradients: readonly Gradient[], norm: tf.Scalar, rate: tf.Scalar, healthy: tf.Tensor): void {
    const { momentum, weightDecay, clip, nesterov } = this.settings;
    const factor = clip === undefined ? null : tf.minimum(tf.div(clip, tf.add(norm, 1e-6)), 1); // torch.nn.utils.clip_grad_norm_
    this.variables.forEach((variable, k) => {
      const buffer = this.buffers[k];
      const raw = gradients[k];
      if (!raw) return;
      const gradient = factor ? tf.mul(raw, factor) : raw;
      const direction = tf.add(gradient, tf.mul(variable, weightDecay));
      const velocity = tf.add(tf.mul(buffer, momentum), direction);
      const change = nesterov ? tf.add(direction, tf.mul(velocity, momentum)) : velocity;
      buffer.assign(tf.where(healthy, velocity, buffer));
      variable.assign(tf.where(healthy, tf.sub(variable, tf.mul(change, rate)), variable));
    });
  }

  /** Where an unclipped step would lead, w − rate · (momentum · v + g + decay · w), as DARTS looks ahead. */
  ahead(gradients: readonly Gradient[], rate: tf.Scalar): Gradient[] {
    const { momentum, weightDecay } = this.settings;
    const directions = this.variables.map((variable, k) => {
      const raw = gradients[k];
      return raw && tf.addN([tf.mul(this.buffers[k], momentum), raw, tf.mul(variable, weightDecay)]);
    });
    return moved(this.variables, directions, tf.neg(rate));
  }

  dispose(): void {
    this.#free();
  }
}
