// The one suite of kernels: values and gradients against PyTorch's, eagerly and compiled. A test file for each backend runs it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import {
  averagePool2x2,
  averagePool3x3,
  type BackendName,
  batchNorm,
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
  relu,
  reluSeparable,
  type SeparableFilters,
  scaleBy,
  spread,
  tf,
  useBackend,
} from "../../src/backend";
import { packageRoot } from "../../src/root";

interface Stored {
  shape: number[];
  values: number[];
}

interface Case {
  name: string;
  operation: string;
  attributes: Record<string, number | string>;
  inputs: Record<string, Stored>;
  outputs: Stored[];
  /** The gradient of each output; null where an output carries none. */
  dy: (Stored | null)[];
  gradients: Record<string, Stored>;
  /** Of the gradients along directions, the gradients by the inputs and by dy: along other directions, and their norms. */
  second: Record<string, [along: number, norm: number]>;
}

const cases: Case[] = JSON.parse(readFileSync(join(packageRoot, "test/golden/kernels.json"), "utf8"));

// biome-ignore lint/suspicious/noExplicitAny: the cases hold tensors of every rank
type Inputs = Record<string, any>;

const operations: Record<string, (inputs: Inputs, attributes: Inputs) => tf.Tensor[]> = {
  conv2d: ({ x, filter }, { stride }) => [conv2d(x, filter, stride)],
  "tf.conv2d": ({ x, filter }, { stride, padding }) => [tf.conv2d(x, filter, stride, padding)],
  "tf.depthwiseConv2d": ({ x, filter }, { stride }) => [tf.depthwiseConv2d(x, filter, stride, "same")],
  "tf.avgPool": ({ x }, { size, stride, padding }) => [tf.avgPool(x, size, stride, padding)],
  depthwiseConv2d: ({ x, filter }, windows) => [depthwiseConv2d(x, filter, windows)],
  reluSeparable: ({ x, ...filters }, windows) => [reluSeparable(x, filters as SeparableFilters, windows)],
  normReluSeparable: ({ x, scale, offset, ...filters }, windows) => {
    const { y, mean, variance } = normReluSeparable(x, scale, offset, filters as SeparableFilters, windows);
    return [y, mean, variance];
  },
  factorizedReduction: ({ x, first, second }) => [factorizedReduction(x, first, second)],
  averagePool3x3: ({ x }, { stride }) => [averagePool3x3(x, stride)],
  maxPool3x3: ({ x }, { stride }) => [maxPool3x3(x, stride)],
  maxPool2x2: ({ x }) => [maxPool2x2(x)],
  averagePool2x2: ({ x }) => [averagePool2x2(x)],
  globalAveragePool: ({ x }) => [globalAveragePool(x)],
  batchNorm: ({ x, scale, offset }) => {
    const { y, mean, variance } = batchNorm(x, scale, offset);
    return [y, mean, variance];
  },
  normalise: ({ x, mean, variance, scale, offset }) => [normalise(x, mean, variance, scale, offset)],
  relu: ({ x }) => [relu(x)],
  scaleBy: ({ x, scalar }) => [scaleBy(x, scalar)],
  spread: ({ scalar }, { count }) => [spread(scalar, count)],
  linear: ({ x, weights, bias }) => [linear(x, weights, bias)],
  relu6: ({ x }) => [tf.relu6(x)],
  mixture: ({ first, second, plain, weights }) => {
    const [one, two, three] = tf.unstack(weights) as tf.Scalar[];
    const normalised = [
      { x: first, weight: one },
      { x: second, weight: two },
    ];
    return [mixture(normalised, [{ x: plain, weight: three }]).y];
  },
  crossEntropy: ({ logits, oneHot }) => [crossEntropy(logits, oneHot)],
};

/** Relative to the largest element of each tensor. */
const TOLERANCE = 1e-5;

/** Registers the suite's tests, run on one backend. */
export function testKernels(backend: BackendName): void {
  describe(`kernels on ${backend}`, () => {
    before(() => useBackend(backend));
    for (const each of cases) {
      test(each.name, () => {
        const tensors = tf.memory().numTensors;
        check(each, differentiate(each));
        const compiled = compile(differentiate(each), { name: each.name });
        check(each, compiled);
        compiled.dispose();
        checkSecond(each, second(each));
        if (each === cases.find(({ operation }) => operation === each.operation)) {
          const compiled = compile(second(each), { name: each.name }); // half a second
          checkSecond(each, compiled);
          compiled.dispose();
        }
        assert.equal(tf.memory().numTensors, tensors, "tensors are left over");
      });
    }
  });
}

/** Outputs and the gradients of Σ dy · y, both in the order of the case. */
function differentiate({ operation, attributes, inputs, dy, gradients }: Case) {
  const names = Object.keys(inputs);
  const wanted = Object.keys(gradients);
  return (given: tf.Tensor[]): { outputs: tf.Tensor[]; gradients: tf.Tensor[] } => {
    const run = (values: tf.Tensor[]) => {
      const all = Object.fromEntries(names.map((name, k) => [name, given[k]]));
      wanted.forEach((name, k) => {
        all[name] = values[k];
      });
      return operations[operation](all, attributes);
    };
    const points = wanted.map((name) => given[names.indexOf(name)]);
    const loss = (...values: tf.Tensor[]) => {
      const terms = run(values).flatMap((y, k) => (dy[k] ? [tf.sum(tf.mul(y, restore(dy[k])))] : []));
      return tf.addN(terms) as tf.Scalar;
    };
    return { outputs: run(points), gradients: tf.grads(loss)(points) };
  };
}

/** The gradients of Σ direction · gradient, by the inputs that have one and by dy. */
function second({ operation, attributes, inputs, dy, gradients }: Case) {
  const names = Object.keys(inputs);
  const wanted = Object.keys(gradients);
  return (given: tf.Tensor[]): tf.Tensor[] => {
    const points = wanted.map((name) => given[names.indexOf(name)]);
    const along = (...values: tf.Tensor[]) => {
      const slope = values.pop()!;
      const loss = (...values: tf.Tensor[]) => {
        const all = Object.fromEntries(names.map((name, k) => [name, given[k]]));
        wanted.forEach((name, k) => {
          all[name] = values[k];
        });
        return tf.sum(tf.mul(operations[operation](all, attributes)[0], slope)) as tf.Scalar;
      };
      const first = tf.grads(loss)(values);
      return tf.addN(first.map((gradient, k) => tf.sum(tf.mul(gradient, direction(gradient, k))))) as tf.Scalar;
    };
    const xs = [...points, restore(dy[0]!)];
    const { grads } = tf.engine().gradients(() => along(...xs), xs, undefined, true);
    return grads.map((gradient, k) => gradient ?? tf.zerosLike(xs[k]));
  };
}

/** Numbers between -1 and 1, as kernels.py has them. */
const direction = ({ size, shape }: tf.Tensor, number: number): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: size }, (_, k) => Math.cos(3 * k + number)),
    shape,
  );

function checkSecond(each: Case, run: (given: tf.Tensor[]) => tf.Tensor[]): void {
  tf.tidy(() => {
    const gradients = run(Object.values(each.inputs).map(restore));
    Object.entries(each.second).forEach(([name, [along, norm]], k) => {
      const gradient = gradients[k].dataSync() as Float32Array;
      const directions = direction(gradients[k], -1 - k).dataSync();
      const found = gradient.reduce((sum, value, n) => sum + value * directions[n], 0);
      const error = Math.abs(found - along);
      assert.ok(
        error <= 10 * TOLERANCE * norm,
        `second derivative by ${name} along a direction is ${found}, not ${along}`,
      );
      const size = Math.hypot(...gradient);
      assert.ok(
        Math.abs(size - norm) <= 10 * TOLERANCE * norm,
        `norm of the second derivative by ${name} is ${size}, not ${norm}`,
      );
    });
  });
}

function check(each: Case, run: (given: tf.Tensor[]) => { outputs: tf.Tensor[]; gradients: tf.Tensor[] }): void {
  tf.tidy(() => {
    const { outputs, gradients } = run(Object.values(each.inputs).map(restore));
    assert.equal(outputs.length, each.outputs.length);
    outputs.forEach((y, k) => {
      assertClose(`output ${k}`, y, each.outputs[k]);
    });
    Object.entries(each.gradients).forEach(([name, expected], k) => {
      assertClose(`gradient of ${name}`, gradients[k], expected);
    });
  });
}

function assertClose(what: string, actual: tf.Tensor, expected: Stored): void {
  assert.deepEqual(actual.shape, expected.shape, `${what}: shape`);
  const size = Math.max(...expected.values.map(Math.abs));
  actual.dataSync().forEach((value, k) => {
    const error = Math.abs(value - expected.values[k]);
    assert.ok(error <= TOLERANCE * size, `${what} [${k}] is ${value}, not ${expected.values[k]}`);
  });
}

function restore({ shape, values }: Stored): tf.Tensor {
  return tf.tensor(values, shape, "float32");
}
