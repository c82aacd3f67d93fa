// Random programs of the kernels that the product's networks use, with all gradients: compiled they give what they give eagerly.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  averagePool2x2,
  averagePool3x3,
  batchNorm,
  type Compiled,
  choose,
  compile,
  conv2d,
  crossEntropy,
  depthwiseConv2d,
  factorizedReduction,
  globalAveragePool,
  linear,
  maxPool2x2,
  maxPool3x3,
  mixture,
  normalise,
  normReluSeparable,
  RandomStream,
  relu,
  reluSeparable,
  scaleBy,
  spread,
  tf,
  useBackend,
} from "../../src/backend";

/** Programs, and the steps of one. */
const PROGRAMS = 60;
const STEPS = 7;

/** Relative to the largest element of each tensor. */
const TOLERANCE = 1e-5;

const CHANNELS = 4;

type Map4 = tf.Tensor4D;

/** What is differentiated by. */
interface Weights {
  x: Map4;
  one: Map4;
  three: Map4;
  each: Map4;
  scale: tf.Tensor1D;
  offset: tf.Tensor1D;
  theta: tf.Tensor1D;
  head: tf.Tensor2D;
}

const shapes: Record<keyof Weights, number[]> = {
  x: [3, 6, 6, CHANNELS],
  one: [1, 1, CHANNELS, CHANNELS],
  three: [3, 3, CHANNELS, CHANNELS],
  each: [3, 3, CHANNELS, 1],
  scale: [CHANNELS],
  offset: [CHANNELS],
  theta: [4],
  head: [CHANNELS, 5],
};
const names = Object.keys(shapes) as (keyof Weights)[];

/** What a step may take: three maps of equal shapes, the weights, a weight of an operation, an index in 0 … 3. */
interface Given extends Weights {
  a: Map4;
  b: Map4;
  c: Map4;
  weight: tf.Scalar;
  k: tf.Scalar;
}

const zeros = (): tf.Tensor1D => tf.zeros([CHANNELS]);
const block = compile((x: Map4, filter: Map4) => conv2d(relu(x), filter, 1), { name: "block" });

/** Each makes a map out of maps; those in `smaller` halve height and width. */
const kinds: Record<string, (given: Given) => Map4> = {
  convolution1x1: ({ a, one }) => conv2d(a, one, 1),
  convolution3x3: ({ a, three }) => conv2d(a, three, 1),
  depthwise: ({ a, each }) => depthwiseConv2d(a, each, { dilation: 2 }),
  separable: ({ a, each, one }) => reluSeparable(a, { depthwise: each, pointwise: one }),
  normedSeparable: ({ a, scale, offset, each, one }) =>
    normReluSeparable(a, scale, offset, { depthwise: each, pointwise: one }).y,
  maxPool3x3: ({ a }) => maxPool3x3(a, 1),
  relu: ({ a }) => relu(a),
  averagePool3x3: ({ a }) => averagePool3x3(a),
  batchNorm: ({ a, scale, offset }) => batchNorm(a, scale, offset).y,
  weightedNorm: ({ a, weight }) => batchNorm(a, spread(weight, CHANNELS), zeros()).y,
  normalise: ({ a, scale, offset }) => normalise(a, offset, tf.square(offset), scale, zeros()),
  mixture: ({ a, b, c, weight, theta }) =>
    mixture(
      [
        { x: a, weight },
        { x: b, weight: tf.sum(theta) },
      ],
      [{ x: c, weight }],
    ).y,
  scaleBy: ({ a, weight }) => scaleBy(a, weight),
  add: ({ a, b }) => tf.add(a, b),
  addN: ({ a, b, c }) => tf.addN([a, b, c]),
  difference: ({ a, b }) => tf.sub(a, tf.neg(b)),
  quotient: ({ a, b }) => tf.div(a, tf.sqrt(tf.add(tf.square(b), 1))),
  where: ({ a, b, k }) => tf.where(tf.logicalAnd(tf.greater(k, 0), tf.greater(3, k)), a, tf.mul(b, 0.5)),
  halves: ({ a, b }) =>
    tf.concat([tf.slice(a, [0, 0, 0, 2], [-1, -1, -1, 2]), tf.slice(b, [0, 0, 0, 0], [-1, -1, -1, 2])], 3),
  rows: ({ a }) => tf.stack(tf.unstack(a).reverse()) as Map4,
  softmax: ({ a }) => tf.softmax(a),
  nested: ({ a, one }) => block(a, one),
  choose: ({ k, a, b, one, three, weight }) =>
    choose(
      k,
      [
        (a) => tf.zerosLike(a),
        (a, b) => tf.add(a, b),
        (a, _b, one, _three, weight) => scaleBy(conv2d(relu(a), one, 1), weight),
        (a, _b, _one, three, weight) => batchNorm(conv2d(relu(a), three, 1), spread(weight, CHANNELS), zeros()).y,
      ],
      [a, b, one, three, weight],
    ),
};
const smaller: typeof kinds = {
  averagePool2x2: ({ a }) => averagePool2x2(a),
  averagePool3x3: ({ a }) => averagePool3x3(a, 2),
  maxPool3x3: ({ a }) => maxPool3x3(a, 2),
  maxPool2x2: ({ a }) => maxPool2x2(a),
  factorizedReduction: ({ a, one }) => factorizedReduction(a, ...(tf.split(one, 2, 3) as [Map4, Map4])),
  stridedSeparable: ({ a, each, one }) => reluSeparable(a, { depthwise: each, pointwise: one }, { stride: 2 }),
  stridedConvolution: ({ a, three }) => conv2d(a, three, 2),
};

interface Step {
  kind: string;
  maps: [number, number, number];
  theta: number;
}

/** Programs take the kinds in turn, so that each is in some. */
function program(seed: number): Step[] {
  const random = new RandomStream(seed);
  const all = Object.keys(kinds);
  const halving = random.below(2 * STEPS);
  return Array.from({ length: STEPS }, (_, k) => {
    const pick = () => random.below(1000);
    const kind = k === 0 ? all[seed % all.length] : all[random.below(all.length)];
    return {
      kind: k === halving ? Object.keys(smaller)[random.below(2)] : kind,
      maps: [pick(), pick(), pick()] as Step["maps"],
      theta: random.below(4),
    };
  });
}

function loss(steps: readonly Step[], w: Weights, labels: tf.Tensor1D, k: tf.Scalar): tf.Scalar {
  let maps = [w.x];
  const theta = tf.unstack(w.theta) as tf.Scalar[];
  for (const step of steps) {
    const [a, b, c] = step.maps.map((n) => maps[n % maps.length]);
    const given = { ...w, a, b, c, weight: theta[step.theta], k };
    maps = step.kind in smaller ? [smaller[step.kind](given)] : [...maps, kinds[step.kind](given)];
  }
  const logits = linear(globalAveragePool(relu(tf.addN(maps.slice(-2)))), w.head, tf.zeros([5]));
  const oneHot = tf.cast(tf.oneHot(labels, 5), "float32") as tf.Tensor2D;
  // Every weight is in the loss, used or not: else it has no gradient.
  const decay = tf.addN(names.map((name) => tf.mean(tf.square(w[name]))));
  return tf.add(crossEntropy(logits, oneHot), tf.mul(decay, 0.01));
}

/** The loss and its gradients by all weights. */
function differentiate(steps: readonly Step[], w: Weights, labels: tf.Tensor1D, k: tf.Scalar): tf.Tensor[] {
  const { value, grads } = tf.valueAndGrads((...values: tf.Tensor[]) => {
    const weights = Object.fromEntries(names.map((name, n) => [name, values[n]])) as unknown as Weights;
    return loss(steps, weights, labels, k);
  })(names.map((name) => w[name]));
  return [value, ...grads];
}

function difference(actual: tf.Tensor, expected: tf.Tensor): number {
  assert.deepEqual(actual.shape, expected.shape);
  const want = expected.dataSync();
  const size = Math.max(...want.map(Math.abs));
  return Math.max(...actual.dataSync().map((x, n) => Math.abs(x - want[n]))) / (size || 1);
}

before(() => useBackend("native"));

test("random programs give compiled what they give eagerly, gradients included", () => {
  const { numTensors } = tf.memory();
  for (let seed = 0; seed < PROGRAMS; seed++) {
    const steps = program(seed);
    const what = `seed ${seed}: ${JSON.stringify(steps)}`;
    const run = (w: Weights, labels: tf.Tensor1D, k: tf.Scalar) => differentiate(steps, w, labels, k);
    const compiled: Compiled<Parameters<typeof run>, tf.Tensor[]> = compile(run, { name: `program ${seed}` });
    tf.tidy(() => {
      const values = names.map((name, n) => [
        name,
        tf.randomNormal(shapes[name], 0, 0.5, "float32", 100 * seed + n + 1),
      ]);
      const weights: Weights = Object.fromEntries(values);
      const labels = tf.tensor1d([seed % 5, 1, 4], "int32");
      for (const k of [seed % 4, (seed + 1) % 4]) {
        const index = tf.scalar(k, "int32");
        try {
          const expected = run(weights, labels, index);
          compiled(weights, labels, index).forEach((y, n) => {
            const off = difference(y, expected[n]);
            assert.ok(off <= TOLERANCE, `${n > 0 ? `gradient of ${names[n - 1]}` : "loss"} is off by ${off}`);
          });
        } catch (error) {
          throw new Error(`${what}, index ${k}: ${(error as Error).message}`, { cause: error });
        }
      }
    });
    compiled.dispose();
  }
  assert.equal(tf.memory().numTensors, numTensors, "tensors are left over");
});
