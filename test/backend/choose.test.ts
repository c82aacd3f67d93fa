import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type BackendName, choose, compile, conv2d, tf, useBackend } from "../../src/backend";
import { nativeBackend } from "../../src/backend/native";
import { Leaf } from "../../src/backend/nest";
import { record } from "../../src/backend/trace";

const index = (k: number) => tf.scalar(k, "int32");
const filter = (shape: [number, number, number, number], seed: number) =>
  tf.randomNormal<tf.Rank.R4>(shape, 0, 1, "float32", seed);
const values = (tensors: tf.Tensor[]) => tensors.map((x) => Array.from(x.dataSync()));

function assertClose(actual: tf.Tensor[], expected: tf.Tensor[], what: string): void {
  assert.deepEqual(
    actual.map(({ shape }) => shape),
    expected.map(({ shape }) => shape),
    what,
  );
  values(expected).forEach((numbers, k) => {
    const got = values(actual)[k];
    numbers.forEach((x, n) => {
      assert.ok(
        Math.abs(got[n] - x) <= 1e-5 * Math.max(1, Math.abs(x)),
        `${what}, result ${k} [${n}]: ${got[n]}, not ${x}`,
      );
    });
  });
}

/** Loss and gradients of x, both filters and the weight, of four operations as an edge of a search cell has them. */
function edge(k: tf.Scalar, x: tf.Tensor4D, one: tf.Tensor4D, three: tf.Tensor4D, weight: tf.Scalar): tf.Tensor[] {
  const { value, grads } = tf.valueAndGrads((x: tf.Tensor, one: tf.Tensor, three: tf.Tensor, weight: tf.Tensor) => {
    const y = choose(
      k,
      [
        (x) => tf.zerosLike(x),
        (x) => x,
        (x, one) => conv2d(tf.relu(x), one, 1),
        (x, _one, three) => conv2d(tf.relu(x), three, 1),
        () => tf.ones<tf.Rank.R4>([2, 4, 4, 3]),
      ],
      [x as tf.Tensor4D, one as tf.Tensor4D, three as tf.Tensor4D],
    );
    return tf.sum(tf.square(tf.add(tf.mul(y, weight), x))) as tf.Scalar;
  })([x, one, three, weight]);
  return [value, ...grads];
}

const edgeInputs = (): [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Scalar] => [
  filter([2, 4, 4, 3], 1),
  filter([1, 1, 3, 3], 2),
  filter([3, 3, 3, 3], 3),
  tf.scalar(0.7),
];

/** What the branch gives without `choose`. */
function expectedEdge(k: number, ...[x, one, three, weight]: ReturnType<typeof edgeInputs>): tf.Tensor[] {
  const branches: ((x: tf.Tensor4D, one: tf.Tensor4D, three: tf.Tensor4D) => tf.Tensor)[] = [
    (x) => tf.mul(x, 0),
    (x) => x,
    (x, one) => conv2d(tf.relu(x), one, 1),
    (x, _one, three) => conv2d(tf.relu(x), three, 1),
    (x) => tf.add(tf.mul(x, 0), 1),
  ];
  const { value, grads } = tf.valueAndGrads((x: tf.Tensor, one: tf.Tensor, three: tf.Tensor, weight: tf.Tensor) => {
    const unused = tf.add(tf.mul(tf.sum(one), 0), tf.mul(tf.sum(three), 0));
    const y = branches[k](x as tf.Tensor4D, one as tf.Tensor4D, three as tf.Tensor4D);
    return tf.add(tf.sum(tf.square(tf.add(tf.mul(y, weight), x))), unused) as tf.Scalar;
  })([x, one, three, weight]);
  return [value, ...grads];
}

for (const backend of ["native", "wasm", "cpu"] satisfies BackendName[]) {
  describe(`choose on ${backend}`, () => {
    /** A test that leaves no tensor behind. */
    const clean = (name: string, body: () => void) =>
      test(name, async () => {
        await useBackend(backend);
        const { numTensors } = tf.memory();
        tf.tidy(body);
        assert.equal(tf.memory().numTensors, numTensors, "tensors are left over");
      });

    clean("values and gradients are the branch's, and zeros where it uses no input", () => {
      const inputs = edgeInputs();
      const compiled = compile(edge);
      for (const k of [3, 0, 1, 2, 4, 2]) {
        const expected = expectedEdge(k, ...inputs);
        assertClose(edge(index(k), ...inputs), expected, `eagerly, branch ${k}`);
        assertClose(compiled(index(k), ...inputs), expected, `compiled, branch ${k}`);
      }
      compiled.dispose();
    });

    clean("an index outside the branches is refused", () => {
      const pick = compile((k: tf.Scalar, x: tf.Tensor) => choose(k, [(x) => tf.neg(x), (x) => x], [x]), {
        name: "pick",
      });
      for (const k of [2, -1, 100]) {
        assert.throws(() => choose(index(k), [(x) => x, (x) => tf.neg(x)], [tf.scalar(1)]), {
          name: "RangeError",
          message: `choose: the index is ${k}, and must be in 0 … 1`,
        });
        assert.throws(
          () => pick(index(k), tf.scalar(1)),
          (error: Error) => error.message.includes(`choose: the index is ${k}, and must be in 0 … 1`),
        );
      }
      assert.deepEqual(values([pick(index(0), tf.scalar(1))]), [[-1]]);
      pick.dispose();
    });

    clean("the index is an int32 scalar, and there are branches", () => {
      assert.throws(
        () => choose(tf.scalar(1), [(x) => x], [tf.scalar(1)]),
        /must be an int32 scalar, not float32 \[\]/,
      );
      assert.throws(() => choose(tf.tensor1d([1], "int32") as never, [(x) => x], [tf.scalar(1)]), /not int32 \[1\]/);
      assert.throws(() => choose(index(0), [], [tf.scalar(1)]), /there are no branches/);
    });

    clean("variables are inputs", () => {
      const a = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
      const b = tf.tidy(() => tf.variable(tf.tensor1d([3, 4])));
      const gradients = compile((k: tf.Scalar) => {
        const loss = () =>
          tf.sum(choose(k, [(a) => tf.square(a), (_a, b) => tf.mul(b, 3), (a, b) => tf.mul(a, b)], [a, b]));
        const { grads } = tf.variableGrads(loss as () => tf.Scalar, [a, b]);
        a.assign(tf.add(a, grads[a.name]) as tf.Tensor1D);
        return [grads[a.name], grads[b.name]];
      });
      for (const [k, da, db, now] of [
        [0, [2, 4], [0, 0], [3, 6]],
        [1, [0, 0], [3, 3], [3, 6]],
        [2, [3, 4], [3, 6], [6, 10]],
      ] as const) {
        assert.deepEqual(values(gradients(index(k))), [da, db]);
        assert.deepEqual(values([a]), [now]);
      }
      gradients.dispose();
      tf.dispose([a, b]);
    });

    clean("choices nest, within branches and within compiled functions", () => {
      const inner = compile((k: tf.Scalar, x: tf.Tensor) => choose(k, [(x) => tf.square(x), (x) => tf.mul(x, 5)], [x]));
      const outer = compile((i: tf.Scalar, k: tf.Scalar, x: tf.Tensor) =>
        tf.grad((x) =>
          choose(i, [(_k, x) => tf.neg(x), (k, x) => tf.mul(inner(k as tf.Scalar, x), tf.exp(x))], [k, x]),
        )(x),
      );
      const x = 0.5;
      const { exp } = Math;
      for (const [i, k, expected] of [
        [0, 0, -1],
        [0, 1, -1],
        [1, 0, (2 * x + x * x) * exp(x)],
        [1, 1, (5 + 5 * x) * exp(x)],
      ]) {
        assertClose([outer(index(i), index(k), tf.scalar(x))], [tf.scalar(expected)], `branches ${i}, ${k}`);
      }
      for (const each of [inner, outer]) each.dispose();
    });

    clean("an index that is computed of what is differentiated", () => {
      const compiled = compile((theta: tf.Tensor1D) =>
        tf.grad((theta) => {
          const k = tf.cast(tf.argMax(theta), "int32") as tf.Scalar;
          return tf.sum(choose(k, [(theta) => tf.square(theta), (theta) => tf.mul(theta, 3)], [theta]));
        })(theta),
      );
      assert.deepEqual(values([compiled(tf.tensor1d([2, 1]))]), [[4, 2]]);
      assert.deepEqual(values([compiled(tf.tensor1d([1, 2]))]), [[3, 3]]);
      compiled.dispose();
    });

    clean("branches may give lists", () => {
      const both = compile((k: tf.Scalar, x: tf.Tensor) => {
        const pair = (k: tf.Scalar, x: tf.Tensor) =>
          choose(k, [(x) => [tf.neg(x), tf.sum(x)], (x) => [tf.square(x), tf.scalar(7)]], [x]);
        const by = (n: number) => tf.grad((x) => tf.sum(pair(k, x)[n]))(x);
        return [...pair(k, x), by(0), by(1)];
      });
      const x = tf.tensor1d([2, 3]);
      assert.deepEqual(values(both(index(0), x)), [[-2, -3], [5], [-1, -1], [1, 1]]);
      assert.deepEqual(values(both(index(1), x)), [[4, 9], [7], [4, 6], [0, 0]]);
      both.dispose();
    });

    clean("second derivatives", () => {
      const second = compile((k: tf.Scalar, x: tf.Scalar) =>
        tf.grad((x) =>
          tf.grad((x) => choose(k, [(x) => tf.mul(x, tf.square(x)), (x) => tf.mul(x, 2)], [x]) as tf.Scalar)(x),
        )(x),
      );
      assertClose([second(index(0), tf.scalar(2))], [tf.scalar(12)], "x³");
      second.dispose();
    });
  });
}

describe("choose in a graph", () => {
  const clean = (name: string, body: () => void) =>
    test(name, async () => {
      await useBackend("native");
      const { numTensors } = tf.memory();
      tf.tidy(body);
      assert.equal(tf.memory().numTensors, numTensors, "tensors are left over");
    });

  clean("only the chosen branch runs, forwards and backwards, without another trace", () => {
    let traces = 0;
    const step = compile((k: tf.Scalar, x: tf.Tensor1D, where: tf.Tensor1D) => {
      traces++;
      return tf.grad((x) =>
        tf.sum(choose(k, [(x) => tf.square(x), (x, where) => tf.gather(x, tf.cast(where, "int32"))], [x, where])),
      )(x);
    });
    const x = tf.tensor1d([1, 2]);
    const outside = tf.tensor1d([0, 9], "int32");
    for (let call = 0; call < 3; call++) {
      assert.deepEqual(values([step(index(0), x, outside)]), [[2, 4]]);
      assert.deepEqual(values([step(index(1), x, tf.tensor1d([1, 1], "int32"))]), [[0, 2]]);
      assert.throws(
        () => step(index(1), x, outside),
        /= 9 is out of range \[0, 2\)[\s\S]*recorded at .*choose\.test\.js/,
      );
    }
    assert.equal(traces, 2 + 3, "at the first call, to compare at the second, and for the line of each error");
    step.dispose();
  });

  clean("the error of an index names the line of choose", () => {
    const pick = compile((k: tf.Scalar, x: tf.Tensor) => choose(k, [(x) => x], [x]), { name: "pick" });
    assert.throws(
      () => pick(index(1), tf.scalar(1)),
      /^Error: pick: choose: the index is 1, and must be in 0 … 0\n +recorded at .*choose\.test\.js:\d+/,
    );
    pick.dispose();
  });

  clean("no operation of a branch is recorded twice", () => {
    const inputs = edgeInputs();
    const backend = nativeBackend()!;
    const { nodes } = record(
      backend,
      "edge",
      (k, x, one, three, weight) =>
        edge(k as tf.Scalar, x as tf.Tensor4D, one as tf.Tensor4D, three as tf.Tensor4D, weight as tf.Scalar),
      [0, 1, 2, 3, 4].map((k) => new Leaf(k)),
      [index(0), ...inputs],
      false,
    );
    assert.equal(nodes.filter(({ operation }) => operation === "Conv2D").length, 2);
    assert.equal(nodes.filter(({ operation }) => operation === "Conv2DBackpropInput").length, 2);
    assert.equal(nodes.filter(({ operation }) => operation === "Conv2DBackpropFilter").length, 2);
  });

  clean("what a branch may not do in a graph is refused with the remedy", () => {
    const v = tf.tidy(() => tf.variable(tf.scalar(1), true, "closed-over"));
    const refused = (fn: (k: tf.Scalar, x: tf.Tensor) => tf.Tensor, message: RegExp) => {
      const compiled = compile(fn, { name: "refused" });
      assert.throws(() => compiled(index(0), tf.tensor1d([1, 2])), message);
      compiled.dispose();
    };
    refused(
      (k, x) => choose(k, [(x) => tf.mul(x, v), (x) => x], [x]),
      /refused: Mul in a branch of choose takes variable closed-over, which is not among the inputs of choose; give it as one/,
    );
    refused((k, x) => choose(k, [(y) => tf.mul(y, x)], [x]), /takes a tensor \[2\] from outside, which is not among/);
    let memo: tf.Tensor | null = null;
    const active = (x: tf.Tensor) => {
      memo ??= tf.relu(x);
      return memo;
    };
    refused(
      (k, x) => choose(k, [(x) => tf.neg(active(x)), (x) => tf.exp(active(x))], [x]),
      /takes a tensor \[2\] from outside/,
    );
    refused(
      (k, x) => choose(k, [(x) => tf.sum(x), (x) => x], [x]),
      /branch 0 gives float32 \[\] and branch 1 float32 \[2\]/,
    );
    refused(
      (k, x) =>
        choose(
          k,
          [
            (x) => {
              v.assign(tf.sum(x) as tf.Scalar);
              return x;
            },
          ],
          [x],
        ),
      /variable closed-over is assigned in a branch of choose/,
    );
    v.dispose();
  });
});
