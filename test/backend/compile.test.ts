import assert from "node:assert/strict";
import { before, type TestContext, test } from "node:test";
import {
  averagePool2x2,
  averagePool3x3,
  batchNorm,
  type Compiled,
  compile,
  conv2d,
  crossEntropy,
  globalAveragePool,
  linear,
  type Nest,
  relu,
  scaleBy,
  spread,
  tf,
  useBackend,
} from "../../src/backend";
import { type NativeBackend, nativeBackend } from "../../src/backend/native";

let backend: NativeBackend;

before(async () => {
  await useBackend("native");
  backend = nativeBackend()!;
});

/** A test that must leave no tensor, no session and no hook behind. */
function clean(name: string, body: (t: TestContext) => void): void {
  test(name, (t) => {
    const { random } = Math;
    const { assign } = tf.Variable.prototype;
    const { binding } = backend;
    const counts = () => ({
      tensors: tf.memory().numTensors,
      native: backend.getNumOfTFTensors(),
      sessions: backend.getNumOfSavedModels(),
      variables: Object.keys(tf.engine().registeredVariables).length,
    });
    const earlier = counts();
    body(t);
    assert.deepEqual(counts(), earlier);
    assert.equal(Math.random, random);
    assert.equal(tf.Variable.prototype.assign, assign);
    assert.equal(backend.binding, binding);
    assert.deepEqual(
      Object.keys(backend).filter((key) => key === "write" || key === "getInputTensorIds"),
      [],
    );
  });
}

function random(shape: number[], seed: number): tf.Tensor {
  return tf.randomNormal(shape, 0, 1, "float32", seed);
}

function variable(initial: () => tf.Tensor): tf.Variable {
  return tf.tidy(() => tf.variable(initial()));
}

function flat(nest: Nest): tf.Tensor[] {
  if (nest instanceof tf.Tensor) return [nest];
  return nest && typeof nest === "object" ? Object.values(nest).flatMap(flat) : [];
}

/** Asserts that `fn` compiled gives twice what it gives eagerly. */
function assertSame<A extends Nest[]>(fn: (...args: A) => Nest, args: A, tolerance = 1e-6): void {
  const compiled = compile(fn);
  tf.tidy(() => {
    const expected = flat(fn(...args));
    for (const _ of [1, 2]) {
      const actual = flat(compiled(...args));
      assert.equal(actual.length, expected.length);
      actual.forEach((y, k) => {
        assertClose(y, expected[k], tolerance, `result ${k}`);
      });
    }
  });
  compiled.dispose();
}

function assertClose(actual: tf.Tensor, expected: tf.Tensor, tolerance: number, what: string): void {
  assert.deepEqual(actual.shape, expected.shape, what);
  assert.equal(actual.dtype, expected.dtype, what);
  const want = Array.from(expected.dataSync());
  const size = Math.max(...want.map(Math.abs));
  actual.dataSync().forEach((x, k) => {
    assert.ok(Math.abs(x - want[k]) <= tolerance * size, `${what} [${k}]: ${x}, not ${want[k]}`);
  });
}

/** A one-cell network with every operation of the search network; parameters, θ and their gradients as nests. */
type Weights = {
  stem: tf.Tensor4D;
  filter: tf.Tensor4D;
  scale: tf.Tensor1D;
  offset: tf.Tensor1D;
  head: tf.Tensor2D;
  bias: tf.Tensor1D;
};

const names: (keyof Weights)[] = ["stem", "filter", "scale", "offset", "head", "bias"];

const weights = (): Weights => ({
  stem: tf.mul(random([3, 3, 3, 8], 1), 0.2),
  filter: tf.mul(random([3, 3, 8, 8], 2), 0.1),
  scale: tf.ones([8]),
  offset: random([8], 3) as tf.Tensor1D,
  head: random([8, 5], 4) as tf.Tensor2D,
  bias: tf.zeros([5]),
});

function loss(x: tf.Tensor4D, y: tf.Tensor2D, w: Weights, theta: tf.Tensor1D): tf.Scalar {
  const [skip, convolution, pool] = tf.unstack(theta) as tf.Scalar[];
  const h = batchNorm(conv2d(x, w.stem, 1), w.scale, w.offset).y;
  const mixture = tf.addN([
    scaleBy(h, skip),
    batchNorm(conv2d(relu(h), w.filter, 1), spread(convolution, 8), tf.zeros([8])).y,
    scaleBy(averagePool3x3(h), pool),
  ]) as tf.Tensor4D;
  const smaller = tf.add(conv2d(relu(mixture), w.filter, 2), averagePool2x2(mixture)) as tf.Tensor4D;
  return crossEntropy(linear(globalAveragePool(relu(smaller)), w.head, w.bias), y);
}

function gradients(
  x: tf.Tensor4D,
  y: tf.Tensor2D,
  w: Weights,
  theta: tf.Tensor1D,
): { loss: tf.Tensor; grads: tf.Tensor[] } {
  const { value, grads } = tf.valueAndGrads((theta: tf.Tensor, ...values: tf.Tensor[]) =>
    loss(x, y, Object.fromEntries(names.map((name, k) => [name, values[k]])) as Weights, theta as tf.Tensor1D),
  )([theta, ...names.map((name) => w[name])]);
  return { loss: value, grads };
}

const batch = (): [tf.Tensor4D, tf.Tensor2D] => [
  random([4, 8, 8, 3], 5) as tf.Tensor4D,
  tf.cast(tf.oneHot(tf.tensor1d([1, 2, 3, 4], "int32"), 5), "float32") as tf.Tensor2D,
];

clean("arithmetic, types, aliases and constants", () => {
  tf.tidy(() => {
    assertSame(
      (x: tf.Tensor, y: tf.Tensor) => ({
        sum: tf.mul(tf.add(x, y), 2),
        aliases: [tf.reshape(x, [6]), x, x.clone(), tf.ones([2]), 7, "text", null],
        greater: tf.greater(x, y),
        equal: tf.equal(tf.sign(x), tf.sign(y)),
        finite: tf.isFinite(tf.div(x, tf.relu(y))),
        smaller: tf.minimum(x, y),
        oneHot: tf.oneHot(tf.cast(tf.minimum(tf.abs(x), 3), "int32"), 4),
        chosen: tf.where(tf.greater(x, y), x, y),
      }),
      [random([2, 3], 1), random([2, 3], 2)],
    );
  });
});

clean("slices, joins, transposes, gathers and reductions", () => {
  tf.tidy(() => {
    assertSame(
      (x: tf.Tensor, index: tf.Tensor) => [
        tf.slice(x, [0, 1], [2, 2]),
        tf.pad(x, [
          [1, 1],
          [0, 2],
        ]),
        tf.concat([x, x], 1),
        tf.split(x, 3, 1),
        tf.stack([x, x]),
        tf.unstack(x),
        tf.transpose(x),
        tf.tile(x, [2, 1]),
        tf.gather(x, tf.tensor1d([1, 0], "int32")),
        tf.grad((x) => tf.sum(tf.square(tf.gather(x, index as tf.Tensor1D))))(x),
        tf.stridedSlice(x, [0, 0], [2, 3], [1, 2]),
        tf.mean(x, 1),
        tf.max(x, 0),
        tf.argMax(x, 1),
        tf.softmax(x),
        tf.logSoftmax(x),
      ],
      [random([2, 3], 3), tf.tensor1d([1, 0, 1], "int32")],
    );
  });
});

clean("gradients of a network", () => {
  tf.tidy(() => {
    const [x, y] = batch();
    assertSame(gradients, [x, y, weights(), tf.tensor1d([0.2, 0.5, 0.3])], 1e-5);
  });
});

clean("variables are read and assigned by reference", () => {
  const v = variable(() => tf.tensor1d([1, 2, 3]));
  const step = compile((x: tf.Tensor) => {
    const seen = tf.mul(v, x);
    v.assign(tf.add(v, x) as tf.Tensor1D);
    v.assign(tf.mul(v, 2) as tf.Tensor1D); // of what was just assigned
    return { seen, now: v };
  });
  tf.tidy(() => {
    const x = tf.scalar(1);
    for (const [seen, now] of [
      [
        [1, 2, 3],
        [4, 6, 8],
      ],
      [
        [4, 6, 8],
        [10, 14, 18],
      ],
    ]) {
      const result = step(x) as { seen: tf.Tensor; now: tf.Tensor };
      assert.deepEqual([...result.seen.dataSync()], seen);
      assert.deepEqual([...result.now.dataSync()], now);
      assert.deepEqual([...v.dataSync()], now);
    }
    v.assign(tf.tensor1d([0, 0, 1])); // from outside
    assert.deepEqual([...(step(x) as { seen: tf.Tensor }).seen.dataSync()], [0, 0, 1]);
  });
  step.dispose();
  v.dispose();
});

clean("an update with momentum follows the eager one", () => {
  const make = () => {
    const w = names.map((name) => variable(() => weights()[name] as tf.Tensor));
    const momentum = names.map((name) => variable(() => tf.zerosLike(weights()[name] as tf.Tensor)));
    const step = (x: tf.Tensor4D, y: tf.Tensor2D, rate: tf.Scalar) => {
      const [stem, filter, scale, offset, head, bias] = w;
      const parts = { stem, filter, scale, offset, head, bias } as unknown as Weights;
      const { value, grads } = tf.variableGrads(() => loss(x, y, parts, tf.tensor1d([0.2, 0.5, 0.3])), w);
      w.forEach((v, k) => {
        momentum[k].assign(tf.add(tf.mul(momentum[k], 0.9), grads[v.name]));
        v.assign(tf.sub(v, tf.mul(momentum[k], rate)));
      });
      return value;
    };
    return { w, momentum, step };
  };
  const [a, b] = [make(), make()];
  const compiled = compile(a.step);
  tf.tidy(() => {
    const [x, y] = batch();
    for (let i = 0; i < 5; i++) {
      const rate = tf.scalar(0.05 / (1 + i));
      assertClose(
        compiled(x, y, rate),
        tf.tidy(() => b.step(x, y, rate)),
        1e-5,
        `loss of step ${i}`,
      );
    }
    a.w.forEach((v, k) => {
      assertClose(v, b.w[k], 1e-4, `weight ${k}`);
    });
  });
  compiled.dispose();
  tf.dispose([a.w, a.momentum, b.w, b.momentum]);
});

clean("tfjs's optimisers, once their slots exist", () => {
  const make = () => {
    const v = variable(() => random([3], 1));
    const optimiser = tf.train.adam(0.1);
    const step = (x: tf.Tensor) => optimiser.minimize(() => tf.sum(tf.square(tf.mul(v, x))) as tf.Scalar, true, [v])!;
    return { v, optimiser, step };
  };
  const [a, b] = [make(), make()];
  const compiled = compile(a.step);
  tf.tidy(() => {
    const x = random([3], 4);
    a.step(x);
    b.step(x);
    for (let i = 0; i < 5; i++) assertClose(compiled(x), b.step(x), 1e-5, "loss");
    assertClose(a.v, b.v, 1e-5, "weights");
  });
  compiled.dispose();
  for (const { v, optimiser } of [a, b]) tf.dispose([v, optimiser as unknown as tf.Tensor]);
});

clean("each shape and constant has a graph of its own, eight at most", () => {
  const step = compile((x: tf.Tensor, { factor }: { factor: number | string }) => tf.mul(x, Number(factor)));
  const earlier = backend.getNumOfSavedModels();
  const sessions = () => backend.getNumOfSavedModels() - earlier;
  tf.tidy(() => {
    const one = tf.ones([2]);
    assert.equal(step(one, { factor: 2 }).dataSync()[1], 2);
    assert.equal(step(tf.ones([3]), { factor: 2 }).dataSync()[2], 2);
    assert.equal(step(one, { factor: 3 }).dataSync()[1], 3);
    assert.equal(step(one, { factor: "3" }).dataSync()[1], 3);
    assert.ok(Number.isNaN(step(one, { factor: Number.NaN }).dataSync()[1]));
    assert.equal(sessions(), 5);
    for (let factor = 0; factor < 20; factor++) assert.equal(step(one, { factor }).dataSync()[1], factor);
    assert.equal(sessions(), 8);
  });
  step.dispose();
  assert.equal(sessions(), 0);
  assert.throws(() => tf.tidy(() => step(tf.ones([2]), { factor: 2 })), /is disposed/);
});

clean("a large captured tensor is fed, and missed when disposed", () => {
  const big = random([300, 300], 1);
  const step = compile((x: tf.Tensor) => tf.add(x, tf.sum(big)), { name: "total" });
  tf.tidy(() => {
    const x = tf.scalar(1);
    assertClose(step(x), tf.add(x, tf.sum(big)), 1e-5, "sum");
    big.dispose();
    assert.throws(() => step(x), /total: a captured tensor \[300,300\] is disposed/);
  });
  step.dispose();
});

clean("a large captured tensor that was never used before is fed as well", () => {
  const big = tf.tensor(new Float32Array(90_000).fill(2), [300, 300]); // still on the host
  const step = compile((x: tf.Tensor) => tf.add(x, tf.sum(big)));
  tf.tidy(() => {
    assert.equal(step(tf.scalar(1)).dataSync()[0], 180_001);
    big.dispose();
    assert.throws(() => step(tf.scalar(1)), /captured tensor \[300,300\] is disposed/);
  });
  step.dispose();
});

clean("what changes between calls is told", () => {
  let factor = 1;
  const counting = compile((x: tf.Tensor) => tf.mul(x, factor++), { name: "counting" });
  let mask = random([300, 300], 1);
  const masked = compile((x: tf.Tensor) => tf.mul(x, mask), { name: "masked" });
  tf.tidy(() => {
    const x = tf.scalar(1);
    counting(x);
    assert.throws(
      () => counting(x),
      /counting: two calls gave different graphs: .* pass it as an argument\n +first at Const_\d+ \(Const\), recorded at .*compile\.test\.js:\d+/,
    );
    assert.throws(() => counting(x), /different graphs/, "and again");
    masked(x);
    const first = mask;
    mask = random([300, 300], 2);
    assert.throws(
      () => masked(x),
      /masked: two calls .*\n +first at v0 \(Placeholder\), recorded at .*compile\.test\.js:\d+/,
    );
    tf.dispose([first, mask]);
  });
  counting.dispose();
  masked.dispose();
});

clean("check mode compares at every call", () => {
  let rate = 1;
  const scale = (x: tf.Tensor) => tf.mul(x, tf.scalar(rate));
  let calls = 0;
  const grow = (x: tf.Tensor) => {
    calls++;
    return calls > 3 ? tf.neg(tf.square(x)) : tf.square(x);
  };
  const checked = compile(scale, { name: "checked", check: "every call" });
  const unchecked = compile(scale, { name: "unchecked" });
  const growing = compile(grow, { name: "growing", check: "every call" });
  tf.tidy(() => {
    const x = tf.scalar(3);
    for (let call = 0; call < 3; call++) {
      assert.equal(checked(x).dataSync()[0], 3);
      assert.equal(unchecked(x).dataSync()[0], 3);
      assert.equal(growing(x).dataSync()[0], 9);
    }
    rate = 2;
    assert.equal(unchecked(x).dataSync()[0], 3, "what was recorded stays");
    assert.throws(
      () => checked(x),
      /checked: two calls .*\n +first at Const_1 \(Const\), recorded at scale .*compile\.test\.js:\d+/,
    );
    assert.throws(() => growing(x), /growing: two calls .*\n +first at Neg_\d \(Neg\), recorded at grow /);
    rate = 1;
    assert.equal(checked(x).dataSync()[0], 3);
  });
  for (const each of [checked, unchecked, growing]) each.dispose();
});

clean("an optimiser's slots made inside the first trace are refused, and made outside they serve", () => {
  const v = variable(() => tf.tensor1d([1, 2]));
  const optimiser = tf.train.adam(0.1);
  const update = () => optimiser.minimize(() => tf.sum(tf.square(v)) as tf.Scalar, false, [v]);
  const step = compile(update, { name: "step" });
  assert.throws(() => step(), /step: a variable is made inside .* an optimiser's slots, before the first call/);
  assert.deepEqual([...v.dataSync()], [1, 2]);
  step.dispose();
  optimiser.dispose();
  v.dispose();
});

clean("a function that cannot be recorded runs eagerly only if asked to, with one warning", (t) => {
  const warnings = t.mock.method(console, "warn", () => {});
  const read = (x: tf.Tensor) => tf.mul(x, x.dataSync()[0]);
  const strict = compile(read, { name: "strict" });
  const lenient = compile(read, { name: "lenient", fallback: "eager" });
  let factor = 1;
  const changing = compile((x: tf.Tensor) => tf.mul(x, factor++), { name: "changing", fallback: "eager" });
  const picking = compile((x: tf.Tensor, k: tf.Tensor1D) => tf.gather(x, k), { fallback: "eager" });
  tf.tidy(() => {
    const x = tf.scalar(3);
    assert.throws(() => strict(x), /the value of a tensor is read/);
    assert.equal(warnings.mock.callCount(), 0);
    for (let call = 0; call < 3; call++) assert.equal(lenient(x).dataSync()[0], 9);
    assert.equal(lenient(tf.tensor1d([2, 3])).dataSync()[1], 6);
    assert.equal(warnings.mock.callCount(), 1);
    assert.match(
      String(warnings.mock.calls[0].arguments[0]),
      /^NASLab: runs eagerly from now on: lenient: the value of a tensor is read/,
    );
    assert.deepEqual(
      [1, 2, 3].map(() => changing(x).dataSync()[0]),
      [3, 12, 15],
      "the failed recording took one, and one told its line",
    );
    assert.equal(warnings.mock.callCount(), 2);
    assert.throws(
      () => picking(tf.tensor1d([1]), tf.tensor1d([1], "int32")),
      /1 is not in \[0, 1\)/,
      "no failed trace",
    );
    assert.equal(warnings.mock.callCount(), 2);
  });
  for (const each of [strict, lenient, changing, picking]) each.dispose();
});

clean("what a graph cannot know raises with the remedy", () => {
  const refused = (fn: (x: tf.Tensor) => Nest, message: RegExp) => {
    const compiled = compile(fn, { name: "refused" }) as Compiled<[tf.Tensor], Nest>;
    tf.tidy(() => assert.throws(() => compiled(tf.tensor1d([1, -1, 2, 3])), message));
    compiled.dispose();
  };
  refused((x) => x.dataSync()[0], /refused: the value of a tensor is read .* return the tensor and read it outside/);
  refused((x) => tf.add(x, x.arraySync() as number[]), /the value of a tensor is read/);
  refused((x) => tf.add(x, tf.randomNormal([4])), /refused: random numbers .* pass random tensors as arguments/);
  refused(() => tf.randomNormal([4], 0, 1, "float32", 1), /random numbers in a compiled function, seeded or not/);
  for (const random of [
    () => tf.randomUniform([4], 0, 1, "float32", 1),
    () => tf.randomUniformInt([4], 0, 9, 1),
    () => tf.randomStandardNormal([4], "float32", 1),
    () => tf.truncatedNormal([4], 0, 1, "float32", 1),
    () => tf.randomGamma([4], 1, 1, "float32", 1),
    () => tf.multinomial(tf.tensor1d([0.5, 0.5]), 4, 1),
    () => tf.initializers.glorotNormal({ seed: 1 }).apply([3, 3]),
    (x: tf.Tensor) => tf.multinomial(x as tf.Tensor1D, 4, 1),
    (x: tf.Tensor) => tf.dropout(x, 0.5, [4], 1),
    (x: tf.Tensor) => tf.dropout(x, 0.5),
    () => tf.tensor1d(tf.util.shuffle([1, 2, 3]) ?? []),
  ]) {
    refused(random, /random numbers/);
  }
  refused(
    (x) => tf.engine().runKernel("Unique", { x }, { axis: 0 }) as tf.Tensor[],
    /the shape of Unique\w*'s result depends on data/,
  );
  refused((x) => tf.variable(x), /a variable is made inside .* before the first call/);
  refused((x) => tf.add(x, tf.ones([3])), /shape/i);
  refused((async (x: tf.Tensor) => x) as never, /the result: a promise \(the function must be synchronous\)/);
  refused((() => new Map()) as never, /the result: an object of class Map is neither a tensor nor a constant/);
  const v = variable(() => tf.zeros([2]));
  refused((x) => {
    v.assign(x as never);
    return null;
  }, /cannot be assigned float32 \[4\]/);
  assert.deepEqual([...v.dataSync()], [0, 0]);
  v.dispose();
});

clean("arguments that are no nests are refused", () => {
  const identity = compile((x: Nest) => x, { name: "identity" });
  assert.throws(() => identity(new Float32Array(2) as never), {
    name: "TypeError",
    message: /identity: an argument: an object of class Float32Array is neither a tensor nor a constant/,
  });
  assert.throws(() => identity((() => 1) as never), /a function is neither/);
  identity.dispose();
});

clean("an error at run time names the line; the graph goes on", () => {
  const pick = compile((x: tf.Tensor, index: tf.Tensor1D) => tf.gather(x, index), { name: "pick" }); // the line
  tf.tidy(() => {
    const x = tf.tensor1d([1, 2, 3]);
    assert.throws(
      () => pick(x, tf.tensor1d([9], "int32")),
      /pick: .*9 is not in \[0, 3\)[\s\S]*recorded at .*compile\.test\.js:\d+/,
    );
    assert.equal(pick(x, tf.tensor1d([2], "int32")).dataSync()[0], 3);
  });
  pick.dispose();
});

clean("a compiled function inside another, and inside a gradient, is part of it", () => {
  const double = compile((x: tf.Tensor) => tf.mul(x, 2) as tf.Tensor);
  const outer = compile((x: tf.Tensor) => tf.add(double(x), 1));
  tf.tidy(() => {
    assert.equal(outer(tf.scalar(3)).dataSync()[0], 7);
    assert.equal(
      tf
        .grad((x) => tf.square(double(x)) as tf.Scalar)(tf.scalar(3))
        .dataSync()[0],
      24,
    );
  });
  outer.dispose();
  double.dispose();
});

interface Point {
  x: tf.Tensor;
  label?: string;
}

interface Result {
  point: Point;
  sum: tf.Tensor;
}

clean("interfaces are nests, and types tell what is none", () => {
  const step = compile(({ x, label }: Point, others: readonly Point[]): Result => {
    return { point: { x: tf.neg(x), label }, sum: tf.addN([x, ...others.map((other) => other.x)]) };
  });
  tf.tidy(() => {
    const one = { x: tf.scalar(1), label: "one" };
    const { point, sum }: Result = step(one, [one, { x: tf.scalar(2) }]);
    assert.equal(point.label, "one");
    assert.deepEqual([point.x.dataSync()[0], sum.dataSync()[0]], [-1, 4]);
  });
  step.dispose();
  // @ts-expect-error: an array of numbers is no tensor
  compile((x: Float32Array) => tf.tensor1d(x)).dispose();
  // @ts-expect-error: nor is a map a nest
  compile((x: tf.Tensor) => new Map([["x", x]])).dispose();
  // @ts-expect-error: and a promise is none
  compile(async (x: tf.Tensor) => x).dispose();
});

clean("no arguments, no tensors among the results", () => {
  const five = compile(() => tf.scalar(5));
  const nothing = compile(() => undefined);
  tf.tidy(() => assert.equal(five().dataSync()[0], 5));
  assert.equal(nothing(), undefined);
  five.dispose();
  nothing.dispose();
});

clean("twenty calls leave the number of tensors as it was", () => {
  const [x, y] = tf.tidy(batch);
  const w = tf.tidy(weights);
  const theta = tf.tensor1d([0.2, 0.5, 0.3]);
  const step = compile(gradients);
  tf.dispose(flat(step(x, y, w, theta)));
  const counts = () => [tf.memory().numTensors, backend.getNumOfTFTensors()];
  const earlier = counts();
  for (let i = 0; i < 20; i++) tf.dispose(flat(step(x, y, w, theta)));
  assert.deepEqual(counts(), earlier);
  step.dispose();
  tf.dispose([x, y, theta, ...Object.values(w)]);
});
