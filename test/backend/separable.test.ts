// The native kernels of the DARTS space beyond the sizes of the stored values: against plain loops, and their gradients against
// differences. Many images, blocks of channels that are not full, several blocks.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  averagePool3x3,
  depthwiseConv2d,
  factorizedReduction,
  maxPool2x2,
  maxPool3x3,
  normReluSeparable,
  RandomStream,
  reluSeparable,
  tf,
  useBackend,
} from "../../src/backend";

/** [batch, height, width, channels], k, stride, dilation, outputs. */
type Size = [shape: [number, number, number, number], k: 3 | 5 | 7, stride: 1 | 2, dilation: 1 | 2, outputs: number];

const sizes: Size[] = [
  [[37, 5, 6, 1], 3, 1, 1, 2],
  [[2, 7, 9, 6], 5, 2, 1, 9],
  [[3, 9, 8, 9], 3, 1, 2, 6],
  [[2, 11, 13, 4], 5, 1, 2, 4],
  [[3, 8, 8, 36], 5, 2, 2, 36],
  [[2, 17, 16, 48], 3, 2, 1, 48],
  [[34, 6, 5, 20], 7, 1, 1, 17],
  [[2, 9, 10, 64], 5, 1, 1, 32],
  [[1, 20, 19, 16], 3, 1, 1, 16],
  [[2, 19, 20, 8], 7, 2, 2, 8],
];

const random = new RandomStream(0);

function normal(name: string, shape: number[]): tf.Tensor {
  const stream = random.split(name);
  return tf.tensor(
    Float32Array.from({ length: shape.reduce((n, side) => n * side, 1) }, () => stream.normal()),
    shape,
  );
}

/** Depthwise convolution by its definition, in float64. */
function byLoops(x: tf.Tensor4D, filter: tf.Tensor4D, stride: number, dilation: number): Float64Array {
  const [batch, height, width, channels] = x.shape;
  const [k] = filter.shape;
  const [rows, columns] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  const [input, weights] = [x.dataSync(), filter.dataSync()];
  const y = new Float64Array(batch * rows * columns * channels);
  for (let at = 0; at < y.length; at++) {
    const c = at % channels;
    const j = Math.floor(at / channels) % columns;
    const i = Math.floor(at / channels / columns) % rows;
    const n = Math.floor(at / channels / columns / rows);
    for (let t = 0; t < k; t++) {
      for (let u = 0; u < k; u++) {
        const row = i * stride + (t - (k - 1) / 2) * dilation;
        const column = j * stride + (u - (k - 1) / 2) * dilation;
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        y[at] += input[((n * height + row) * width + column) * channels + c] * weights[(t * k + u) * channels + c];
      }
    }
  }
  return y;
}

const inner = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * y[k];
  return sum;
};

/** Σ dy · (f(x + h u) − f(x − h u)) / 2h beside Σ gradient · u, for each input x alone and a random direction u. */
function assertDerivatives(
  what: string,
  inputs: Record<string, tf.Tensor>,
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  h: number,
  tolerance: number,
): void {
  tf.tidy(() => {
    const names = Object.keys(inputs);
    const points = Object.values(inputs);
    const dy = normal("dy", f(...points).shape);
    const gradients = tf.grads(f)(points, dy);
    names.forEach((name, k) => {
      const u = normal(`direction of ${name}`, points[k].shape);
      const at = (by: number) => f(...points.map((x, n) => (n === k ? tf.add(x, tf.mul(u, by)) : x))).dataSync();
      const [ahead, behind] = [at(h), at(-h)];
      const slope = inner(
        dy.dataSync(),
        Float64Array.from(ahead, (y, n) => (y - behind[n]) / (2 * h)),
      );
      const expected = inner(gradients[k].dataSync(), u.dataSync());
      const scale = Math.sqrt(inner(gradients[k].dataSync(), gradients[k].dataSync()));
      assert.ok(
        Math.abs(slope - expected) <= tolerance * scale,
        `${what}: d${name} ${expected}, by differences ${slope}`,
      );
    });
  });
}

before(() => useBackend("native"));

for (const [shape, k, stride, dilation, outputs] of sizes) {
  const channels = shape[3];
  const about = `${shape.join("×")}, ${k}×${k}, stride ${stride}, dilation ${dilation}, ${outputs} outputs`;
  const inputs = () => ({
    x: normal("x", shape) as tf.Tensor4D,
    depthwise: normal("depthwise", [k, k, channels, 1]) as tf.Tensor4D,
    pointwise: normal("pointwise", [1, 1, channels, outputs]) as tf.Tensor4D,
  });

  test(`depthwise convolution is what its definition says: ${about}`, () => {
    tf.tidy(() => {
      const { x, depthwise } = inputs();
      const y = depthwiseConv2d(x, depthwise, { stride, dilation });
      const expected = byLoops(x, depthwise, stride, dilation);
      y.dataSync().forEach((value, at) => {
        assert.ok(Math.abs(value - expected[at]) < 1e-4, `y[${at}] is ${value}, not ${expected[at]}`);
      });
      const both = reluSeparable(x, inputs(), { stride, dilation });
      const active = depthwiseConv2d(tf.relu(x), depthwise, { stride, dilation });
      const product = tf.matMul(
        tf.reshape(active, [-1, channels]),
        tf.reshape(inputs().pointwise, [channels, outputs]),
      );
      const difference = tf.sub(tf.reshape(both, [-1, outputs]), product);
      assert.ok((tf.max(tf.abs(difference)).dataSync()[0] as number) < 1e-3);
    });
  });

  test(`gradients are those of differences: ${about}`, () => {
    const windows = { stride, dilation };
    const all = inputs();
    const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
      depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, windows);
    // linear in each: any step is exact
    assertDerivatives("depthwiseConv2d", { x: all.x, filter: all.depthwise }, convolve, 1, 1e-5);
    const pass = (x: tf.Tensor, depthwise: tf.Tensor, pointwise: tf.Tensor) =>
      reluSeparable(x as tf.Tensor4D, { depthwise, pointwise } as typeof all, windows);
    // away from ReLU's kink
    const clear = tf.add(all.x, tf.mul(tf.sign(all.x), 0.5));
    assertDerivatives("reluSeparable", { ...all, x: clear }, pass, 0.05, 1e-3);
    const [scale, offset] = [normal("scale", [channels]), normal("offset", [channels])];
    const normed = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, depthwise: tf.Tensor, pointwise: tf.Tensor) =>
      normReluSeparable(
        x as tf.Tensor4D,
        scale as tf.Tensor1D,
        offset as tf.Tensor1D,
        { depthwise, pointwise } as typeof all,
        windows,
      ).y;
    const { x, ...filters } = all;
    assertDerivatives("normReluSeparable", { x, scale, offset, ...filters }, normed, 1e-3, 0.05);
    tf.dispose([all, clear, scale, offset]);
  });
}

test("filters of other channels are refused", () => {
  tf.tidy(() => {
    const x = tf.ones<tf.Rank.R4>([2, 4, 4, 6]);
    const filter = (...shape: [number, number, number, number]) => tf.ones<tf.Rank.R4>(shape);
    assert.throws(
      () => depthwiseConv2d(x, filter(3, 3, 5, 1)),
      /depthwise convolution of \[2,4,4,6\] by a filter of \[3,3,5,1\]/,
    );
    assert.throws(() => depthwiseConv2d(x, filter(3, 3, 6, 2)), /by a filter of \[3,3,6,2\]/);
    const mixed = { depthwise: filter(3, 3, 6, 1), pointwise: filter(1, 1, 5, 6) };
    assert.throws(() => reluSeparable(x, mixed), /pointwise convolution of 6 channels by a filter of \[1,1,5,6\]/);
    const halves = [filter(1, 1, 6, 3), filter(1, 1, 6, 3)] as const;
    assert.throws(() => factorizedReduction(tf.ones([2, 5, 4, 6]), ...halves), /5×4 pixels have an odd side/);
  });
});

for (const shape of [
  [35, 7, 6, 3],
  [2, 9, 12, 20],
  [3, 8, 8, 48],
  [1, 13, 5, 8],
]) {
  test(`pooling's gradients are those of differences: ${shape.join("×")}`, () => {
    const x = normal("x", shape);
    const means = { averagePool3x3, everySecond: (x: tf.Tensor4D) => averagePool3x3(x, 2) };
    for (const [name, pool] of Object.entries(means))
      assertDerivatives(name, { x }, (x) => pool(x as tf.Tensor4D), 1, 1e-5);
    // no two numbers so near to each other that another becomes the maximum
    const apart = tf.tensor(Float32Array.from(random.split("order").permutation(x.size)), shape);
    const maxima = {
      maxPool2x2,
      maxPool3x3: (x: tf.Tensor4D) => maxPool3x3(x, 1),
      everySecond: (x: tf.Tensor4D) => maxPool3x3(x, 2),
    };
    for (const [name, pool] of Object.entries(maxima))
      assertDerivatives(name, { x: apart }, (x) => pool(x as tf.Tensor4D), 0.1, 0.01);
    tf.dispose([x, apart]);
  });
}
