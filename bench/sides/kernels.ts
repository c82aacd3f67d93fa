// Single operations of a search, by kind, at the sizes of the three stages. Its argument: the sizes.
import * as tf from "@tensorflow/tfjs";
import { averagePool3x3, batchNorm, compile, conv2d, mixture, useBackend } from "../../src/backend";
import { nativeBackend } from "../../src/backend/native";
import { serve, timed } from "../frame/serve";
import { networkSize, type Sizes } from "../frame/sizes";
import { about } from "./about";

/** Calls in a sample: one takes a millisecond. */
const CALLS = 5;

/** Terms of a cell's last node: three edges, of each two that are normalised (convolutions) and two that are not. */
const TERMS = 12;

/** Floating-point operations and bytes (each input read once, each output written once) of one call, and its seconds by sample. */
export interface KernelTimes {
  readonly kind: string;
  readonly stage: number;
  readonly flops: number;
  readonly bytes: number;
  readonly seconds: readonly number[];
}

export interface KernelAnswer {
  /** The sum of two arrays that fit into no cache. */
  readonly memory: KernelTimes;
  readonly kernels: readonly KernelTimes[];
}

interface Kernel {
  readonly kind: string;
  readonly stage: number;
  readonly flops: number;
  readonly bytes: number;
  call(): tf.Tensor | tf.Tensor[];
}

const sizes: Sizes = JSON.parse(process.argv[2]);

function kernelsOf(stage: number): Kernel[] {
  const { image } = networkSize(sizes);
  const side = image[0] / 2 ** stage;
  const channels = sizes.channels * 2 ** stage;
  const shape: [number, number, number, number] = [sizes.batch, side, side, channels];
  const maps = Array.from({ length: TERMS }, () => tf.randomNormal<tf.Rank.R4>(shape));
  const [x, dy] = maps;
  const map = 4 * x.size;
  const kernel = (kind: string, flops: number, bytes: number, call: Kernel["call"]): Kernel => ({
    kind,
    stage: stage + 1,
    flops,
    bytes,
    call,
  });
  const convolutions = [1, 3].flatMap((size) => {
    const filter = tf.randomNormal<tf.Rank.R4>([size, size, channels, channels]);
    const [flops, bytes] = [(2 * x.size * filter.size) / channels, 2 * map + 4 * filter.size];
    const gradients = gradientsOf(x, filter, dy);
    return [
      kernel(`${size}×${size} convolution`, flops, bytes, () => conv2d(x, filter, 1)),
      kernel(`${size}×${size} input gradient`, flops, bytes, gradients.input),
      kernel(`${size}×${size} filter gradient`, flops, bytes, gradients.filter),
    ];
  });
  const terms = maps.map((x) => ({ x, weight: tf.scalar(0.1) }));
  const [ones, zeros] = [tf.ones<tf.Rank.R1>([channels]), tf.zeros<tf.Rank.R1>([channels])];
  return [
    ...convolutions,
    // mean: 1; variance: subtract, square, add; normalise: multiply, add
    kernel("batch norm", 6 * x.size, 2 * map, () => Object.values(batchNorm(x, ones, zeros))),
    kernel("3×3 average pooling", 9 * x.size, 2 * map, () => averagePool3x3(x)),
    kernel("sum", (TERMS - 1) * x.size, (TERMS + 1) * map, () => tf.addN(maps)),
    kernel("mixture", TERMS * 4 * x.size, (TERMS + 1) * map, () => {
      const { y, moments } = mixture(terms.slice(TERMS / 2), terms.slice(0, TERMS / 2));
      return [y, ...moments.flatMap(({ mean, variance }) => [mean, variance])];
    }), // a plain term: multiply, add; a normalised one as batch norm: 4 on average
  ];
}

/** Each gradient of a convolution alone. In a graph nothing else is computed; eagerly the pass before it would be, so tfjs's kernels are called. */
function gradientsOf(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  dy: tf.Tensor4D,
): { input: Kernel["call"]; filter: Kernel["call"] } {
  if (nativeBackend()) {
    return {
      input: () => tf.grad((x) => conv2d(x as tf.Tensor4D, filter, 1))(x, dy),
      filter: () => tf.grad((filter) => conv2d(x, filter as tf.Tensor4D, 1))(filter, dy),
    };
  }
  const run = (name: string, inputs: tf.NamedTensorMap, shape: object) => () =>
    tf
      .engine()
      .runKernel<tf.Tensor>(name, inputs, { strides: 1, pad: "same", dataFormat: "NHWC", ...shape } as tf.NamedAttrMap);
  return {
    input: run(tf.Conv2DBackpropInput, { dy, filter }, { inputShape: x.shape }),
    filter: run(tf.Conv2DBackpropFilter, { x, dy }, { filterShape: filter.shape }),
  };
}

/** Tells the bytes a second that the cores move between memory and themselves. */
function bandwidth(): Kernel {
  const [x, y] = [tf.ones([2 ** 24]), tf.ones([2 ** 24])];
  return { kind: "memory", stage: 0, flops: x.size, bytes: 12 * x.size, call: () => tf.add(x, y) };
}

void serve({
  about,
  async kernels(samples) {
    await useBackend();
    const kernels = [bandwidth(), ...[0, 1, 2].flatMap(kernelsOf)].map((kernel) => ({
      ...kernel,
      call: compile(kernel.call, { name: kernel.kind }), // as a step runs it
    }));
    const seconds = kernels.map((): number[] => []);
    for (let turn = -2; turn < samples; turn++) {
      for (const [k, { call }] of kernels.entries()) {
        const [taken] = timed(1, () => {
          for (let n = 0; n < CALLS; n++) tf.dispose(call());
        });
        if (turn >= 0) seconds[k].push(taken / CALLS);
      }
    }
    const [memory, ...times] = kernels.map(({ call: _, ...kernel }, k) => ({ ...kernel, seconds: seconds[k] }));
    return { memory, kernels: times } satisfies KernelAnswer;
  },
});
