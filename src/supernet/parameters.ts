// The named tensors of a network: trainable weights and running statistics, under the names and layouts of PyTorch's state_dict.
import * as tf from "@tensorflow/tfjs";
import { freedWith, type RandomStream } from "../backend";
import { UserError } from "../errors";
import type { HostTensor } from "./safetensors";
import { type Growth, grown } from "./widen";

/**
 * How our layout relates to PyTorch's: filters are HWIO here and OIHW there, depthwise ones HWC1 and C1HW, a linear layer's matrix is
 * [in, out] here and [out, in] there.
 */
type Layout = "filter" | "depthwise" | "matrix" | "vector";

/** Axes of PyTorch's tensor in the order of ours, and back. */
const FROM_PYTORCH = { filter: [2, 3, 1, 0], depthwise: [2, 3, 0, 1], matrix: [1, 0], vector: [0] } as const;
const TO_PYTORCH = { filter: [3, 2, 0, 1], depthwise: [2, 3, 0, 1], matrix: [1, 0], vector: [0] } as const;

/** The axis of the outputs, of our tensor. */
const OUTPUTS = { filter: 3, depthwise: 2, matrix: 1, vector: 0 } as const;

/** Rows and columns of a filter. */
type Window = readonly [number, number];

/** One batch norm's place in the vector of running statistics. */
export interface BatchNormSlot {
  readonly name: string;
  readonly offset: number;
  readonly channels: number;
}

/** What a batch norm found in one forward pass. */
export interface NormStatistics {
  readonly mean: tf.Tensor1D;
  /** Unbiased. */
  readonly variance: tf.Tensor1D;
  /** Whether it ran at all, a boolean scalar; without it, it did. */
  readonly ran?: tf.Tensor;
}

/** The statistics of each batch norm in one forward pass, by its slot. */
export type BatchStatistics = Map<BatchNormSlot, NormStatistics>;

/** PyTorch's momentum of the running statistics: running = 0.9 running + 0.1 batch. */
const MOMENTUM = 0.1;

export class Parameters {
  readonly #random: RandomStream;
  readonly #weights = new Map<string, { variable: tf.Variable; layout: Layout }>();
  readonly #slots: BatchNormSlot[] = [];
  #channels = 0;
  #running: tf.Variable<tf.Rank.R1> | null = null;
  /** All variables. */
  readonly #variables: tf.Variable[] = [];
  readonly #free: () => void;
  /** How often the running statistics were updated (PyTorch's num_batches_tracked). */
  batchesTracked = 0n;

  /** @param random initial values; each tensor has a stream of its own name, so that they do not depend on the order of creation. */
  constructor(random: RandomStream) {
    this.#random = random;
    const variables = this.#variables;
    this.#free = freedWith(this, () => tf.dispose(variables));
  }

  /** A convolution's filter [rows, columns, inputs, outputs], initialised as PyTorch does: uniform within 1/√(fan in). */
  filter(name: string, [rows, columns]: Window, inputs: number, outputs: number): tf.Variable<tf.Rank.R4> {
    return this.#uniform(name, [rows, columns, inputs, outputs], rows * columns * inputs, "filter");
  }

  /** A depthwise convolution's filter [size, size, channels, 1], initialised likewise: the fan in is size². */
  depthwise(name: string, size: number, channels: number): tf.Variable<tf.Rank.R4> {
    return this.#uniform(name, [size, size, channels, 1], size * size, "depthwise");
  }

  /** A linear layer's matrix [inputs, outputs] and bias [outputs], both uniform within 1/√inputs as in PyTorch. */
  linear(
    name: string,
    inputs: number,
    outputs: number,
  ): { matrix: tf.Variable<tf.Rank.R2>; bias: tf.Variable<tf.Rank.R1> } {
    return {
      matrix: this.#uniform(`${name}.weight`, [inputs, outputs], inputs, "matrix"),
      bias: this.#uniform(`${name}.bias`, [outputs], inputs, "vector"),
    };
  }

  /** A trainable vector that starts at one value: a batch norm's scale (1) or offset (0). */
  vector(name: string, channels: number, value: number): tf.Variable<tf.Rank.R1> {
    return this.#add(name, tf.fill([channels], value), "vector");
  }

  /** A batch norm's place in the running statistics, which start at mean 0 and variance 1. */
  slot(name: string, channels: number): BatchNormSlot {
    const slot = { name, offset: this.#channels, channels };
    this.#channels += channels;
    this.#slots.push(slot);
    return slot;
  }

  /** The weights that SGD trains, in order of creation. */
  get trainable(): tf.Variable[] {
    return [...this.#weights.values()].map(({ variable }) => variable);
  }

  /** Their names, PyTorch's. */
  get names(): string[] {
    return [...this.#weights.keys()];
  }

  /** Takes over a narrower network's weights and running statistics, each grown; `growths` by name, what is not in it is copied. */
  takeOver(old: Parameters, growths: ReadonlyMap<string, Growth>): void {
    tf.tidy(() => {
      this.takeOverEach(old.trainable, growths).forEach((value, k) => {
        this.trainable[k].assign(value);
      });
      const statistics = this.#slots.map((slot, k) => {
        const { mean, variance } = old.runningOf(old.#slots[k]);
        const outputs = growths.get(slot.name);
        return [mean, variance].map((x) => (outputs ? grown(x, outputs, { inputs: 0, outputs: 0 }) : x));
      });
      const all = [...statistics.map(([mean]) => mean), ...statistics.map(([, variance]) => variance)];
      this.running.assign(tf.concat1d(all as tf.Tensor1D[]));
    });
    this.batchesTracked = old.batchesTracked;
  }

  /** What belongs to each of a narrower network's weights (they themselves, their momentum), grown as the weights are. */
  takeOverEach(values: readonly tf.Tensor[], growths: ReadonlyMap<string, Growth>): tf.Tensor[] {
    return [...this.#weights].map(([name, { layout }], k) => {
      const growth = growths.get(name);
      return growth ? grown(values[k], growth, { inputs: 2, outputs: OUTPUTS[layout] }) : values[k];
    });
  }

  /** How many trainable numbers there are. */
  get count(): number {
    return this.trainable.reduce((sum, { size }) => sum + size, 0);
  }

  /** All running statistics as one vector [2 · channels], means first: one variable to feed and assign instead of hundreds. */
  get running(): tf.Variable<tf.Rank.R1> {
    if (!this.#running) {
      this.#running = tf.tidy(() =>
        tf.variable(tf.concat1d([tf.zeros([this.#channels]), tf.ones([this.#channels])]), false),
      );
      this.#variables.push(this.#running as tf.Variable);
    }
    return this.#running;
  }

  /** A batch norm's running mean and variance, as tensors for evaluation mode. @param running the vector of all. */
  runningOf(
    { offset, channels }: BatchNormSlot,
    running: tf.Tensor1D = this.running,
  ): { mean: tf.Tensor1D; variance: tf.Tensor1D } {
    return {
      mean: tf.slice(running, offset, channels),
      variance: tf.slice(running, this.#channels + offset, channels),
    };
  }

  /** The running statistics after a pass with these batch statistics; the caller assigns them. Those of batch norms that did not run stay. */
  updatedRunning(batch: BatchStatistics): tf.Tensor1D {
    const of = (kind: "mean" | "variance") =>
      this.#slots.map((slot) => (batch.get(slot) ?? this.runningOf(slot))[kind]);
    const now = tf.concat1d([...of("mean"), ...of("variance")]);
    const updated = tf.add(tf.mul(this.running, 1 - MOMENTUM), tf.mul(now, MOMENTUM)) as tf.Tensor1D;
    const some = this.#slots.some((slot) => !batch.has(slot) || batch.get(slot)!.ran);
    return some ? tf.where(this.#ran(batch), updated, this.running) : updated;
  }

  /** For each running statistic, whether its batch norm ran. */
  #ran(batch: BatchStatistics): tf.Tensor1D {
    const [never, always] = [tf.scalar(false, "bool"), tf.scalar(true, "bool")];
    const ranOf = (slot: BatchNormSlot) => (batch.has(slot) ? (batch.get(slot)!.ran ?? always) : never);
    const ran = this.#slots.map((slot) => tf.tile(tf.reshape(ranOf(slot), [1]), [slot.channels]));
    return tf.concat1d([...ran, ...ran] as tf.Tensor1D[]);
  }

  /** All tensors under PyTorch's names, in PyTorch's layouts. */
  stateDict(): Map<string, HostTensor> {
    const state = new Map<string, HostTensor>();
    for (const [name, tensor] of this.named(this.trainable)) state.set(name, tensor);
    const running = this.running.dataSync() as Float32Array;
    for (const { name, offset, channels } of this.#slots) {
      const part = (start: number) => ({ shape: [channels], data: running.slice(start, start + channels) });
      state.set(`${name}.running_mean`, part(offset));
      state.set(`${name}.running_var`, part(this.#channels + offset));
      state.set(`${name}.num_batches_tracked`, { shape: [], data: BigInt64Array.of(this.batchesTracked) });
    }
    return state;
  }

  /** Takes every tensor over from PyTorch's state_dict. A missing one, or one of another shape, is a UserError and changes nothing. */
  loadStateDict(state: ReadonlyMap<string, HostTensor>): void {
    const assign = this.#assignment(this.trainable, state);
    const running = new Float32Array(2 * this.#channels);
    let tracked = 0n;
    for (const { name, offset, channels } of this.#slots) {
      running.set(taken(state, `${name}.running_mean`, [channels]), offset);
      running.set(taken(state, `${name}.running_var`, [channels]), this.#channels + offset);
      tracked = (state.get(`${name}.num_batches_tracked`)?.data[0] as bigint | undefined) ?? 0n;
    }
    this.batchesTracked = tracked;
    assign();
    tf.tidy(() => this.running.assign(tf.tensor1d(running)));
  }

  /** What belongs to each of the weights (they themselves, their momentum), under PyTorch's names and in PyTorch's layouts. */
  named(values: readonly tf.Tensor[]): Map<string, HostTensor> {
    return new Map([...this.#weights].map(([name, { layout }], k) => [name, host(values[k], TO_PYTORCH[layout])]));
  }

  /** Takes over into such variables what `named` gave. A missing tensor, or one of another shape, is a UserError and changes nothing. */
  assignNamed(variables: readonly tf.Variable[], state: ReadonlyMap<string, HostTensor>): void {
    this.#assignment(variables, state)();
  }

  /** Looks at all before the answer changes any. */
  #assignment(variables: readonly tf.Variable[], state: ReadonlyMap<string, HostTensor>): () => void {
    const found = [...this.#weights].map(([name, { layout }], k) => {
      const shape = TO_PYTORCH[layout].map((axis) => variables[k].shape[axis]!);
      return { variable: variables[k], layout, shape, data: taken(state, name, shape) };
    });
    return () =>
      tf.tidy(() => {
        for (const { variable, layout, shape, data } of found)
          variable.assign(transpose(tf.tensor(data, shape), FROM_PYTORCH[layout]));
      });
  }

  dispose(): void {
    this.#free();
  }

  #uniform<R extends tf.Rank>(name: string, shape: number[], fanIn: number, layout: Layout): tf.Variable<R> {
    const stream = this.#random.split(name);
    const bound = 1 / Math.sqrt(fanIn);
    const values = new Float32Array(tf.util.sizeFromShape(shape));
    for (let k = 0; k < values.length; k++) values[k] = (2 * stream.uniform() - 1) * bound;
    return this.#add(name, tf.tensor(values, shape), layout);
  }

  #add<R extends tf.Rank>(name: string, initial: tf.Tensor, layout: Layout): tf.Variable<R> {
    const variable = tf.variable(initial as tf.Tensor<R>); // unnamed: two networks may live side by side
    initial.dispose();
    this.#weights.set(name, { variable: variable as tf.Variable, layout });
    this.#variables.push(variable as tf.Variable);
    return variable;
  }
}

/** The numbers of a tensor of this shape. @throws UserError if there is none. */
function taken(state: ReadonlyMap<string, HostTensor>, name: string, shape: readonly number[]): Float32Array {
  const found = state.get(name);
  if (!found) throw new UserError(`loadStateDict: "${name}" is missing; the file is of another network`);
  if (String(found.shape) !== String(shape)) {
    throw new UserError(
      `loadStateDict: "${name}" has shape [${found.shape}], this network wants [${shape}]: channels and cells must agree`,
    );
  }
  if (!(found.data instanceof Float32Array))
    throw new UserError(`loadStateDict: "${name}" holds whole numbers; save it as float32 (F32)`);
  return found.data;
}

const transpose = (x: tf.Tensor, axes: readonly number[]) =>
  axes.length === 1 ? x.clone() : tf.transpose(x, [...axes]);

function host(x: tf.Tensor, axes: readonly number[]): HostTensor {
  const turned = transpose(x, axes);
  const tensor = { shape: turned.shape, data: turned.dataSync() as Float32Array };
  turned.dispose();
  return tensor;
}
