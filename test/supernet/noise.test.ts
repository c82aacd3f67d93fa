// S4's noise operation: normal numbers instead of what comes in (RobustDARTS, section 3.2).
import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, compile, RandomStream, useBackend } from "../../src/backend";
import { designOf, operationNamed, spaces } from "../../src/spaces";
import { Network } from "../../src/supernet";
import { type Features, Pass } from "../../src/supernet/layers";
import { PlacedOperation } from "../../src/supernet/operation";
import { Parameters } from "../../src/supernet/parameters";
import { NetworkSteps } from "../../src/trainer/network-steps";

const parameters = new Parameters(new RandomStream(0));
const noisy = (name: string, stride: 1 | 2) =>
  PlacedOperation.candidate(operationNamed("noise"), parameters, { name, inputs: 4, outputs: 4, stride })!;

for (const backend of ["native", "wasm"] satisfies BackendName[]) {
  suite(`noise on ${backend}`, () => {
    before(() => useBackend(backend));

    const run = (name: string, seed: [number, number], value = 0, stride: 1 | 2 = 1) =>
      tf.tidy(() => {
        const pass = new Pass("training", undefined, tf.tensor1d(seed, "int32"));
        const y = noisy(name, stride).apply(tf.fill([8, 16, 16, 4], value) as Features, pass);
        assert.deepEqual(y.shape, [8, 16 / stride, 16 / stride, 4]);
        return y.dataSync();
      });

    test("is standard normal, whatever comes in, and follows from seed and place", () => {
      for (const stride of [1, 2] as const) {
        const y = Array.from(run("a", [1, 2], 3, stride));
        const mean = y.reduce((sum, x) => sum + x, 0) / y.length;
        const moment = (k: number) => y.reduce((sum, x) => sum + (x - mean) ** k, 0) / y.length;
        const sigmas = 4 / Math.sqrt(y.length);
        assert.ok(Math.abs(mean) < sigmas, `mean ${mean}`);
        assert.ok(Math.abs(moment(2) - 1) < Math.SQRT2 * sigmas, `variance ${moment(2)}`);
        assert.ok(Math.abs(moment(4) - 3) < Math.sqrt(96) * sigmas, `fourth moment ${moment(4)}`);
      }
      assert.deepEqual(run("a", [1, 2], 3), run("a", [1, 2], -1));
      assert.notDeepEqual(run("a", [1, 2]), run("a", [1, 3]));
      assert.notDeepEqual(run("a", [1, 2]), run("a", [2, 2]));
      assert.notDeepEqual(run("a", [1, 2]), run("b", [1, 2]));
    });

    test("has no gradient of what comes in, and is another at each call of one compiled function", () => {
      const operation = noisy("a", 1);
      const step = compile((x: tf.Tensor4D, seed: tf.Tensor1D) => {
        const y = (x: tf.Tensor) => operation.apply(x as Features, new Pass("training", undefined, seed));
        const gradient = tf.grad((x) => tf.sum(tf.add(tf.mul(x, 2), y(x))))(x);
        return [y(x), gradient];
      });
      tf.tidy(() => {
        const x = tf.ones([2, 4, 4, 4]) as tf.Tensor4D;
        const [first, again, other] = [0, 0, 1].map((k) =>
          step(x, tf.tensor1d([5, k], "int32")).map((y) => y.dataSync()),
        );
        assert.deepEqual(first, again);
        assert.notDeepEqual(first[0], other[0]);
        assert.deepEqual(new Set(first[1]), new Set([2]));
      });
      step.dispose();
    });

    test("makes an architecture's own network noisy by the batch's seed", () => {
      const space = spaces.s4();
      const noise = space.operations.indexOf("noise");
      const picks = space.sample(new RandomStream(0)).picks.map((row, e) => (row.length > 0 && e % 2 ? [noise] : row));
      const size = { channels: 2, cells: 3, image: [8, 8, 3], classes: 10 } as const;
      const network = new Network(designOf(space.architecture(picks as number[][])), size, new RandomStream(0));
      const steps = new NetworkSteps(network);
      const batch = { images: new Float32Array(4 * 192).map((_, k) => Math.sin(k)), labels: Int32Array.of(1, 2, 3, 4) };
      const loss = (seed: number) => steps.evaluate({ ...batch, noise: [0, seed] }).loss;
      assert.equal(loss(1), loss(1));
      assert.notEqual(loss(1), loss(2));
      assert.ok(steps.train({ ...batch, noise: [0, 3] }, 0.1).healthy);
      steps.dispose();
      network.dispose();
    });
  });
}

test("a pass without a seed is refused", () => {
  tf.tidy(() => {
    const x = tf.zeros([1, 2, 2, 4]) as Features;
    assert.throws(() => noisy("a", 1).apply(x, new Pass("training")), /"noise" runs without a seed/);
  });
});
