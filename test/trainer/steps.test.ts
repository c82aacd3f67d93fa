import assert from "node:assert/strict";
import { after, before, beforeEach, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, compile, RandomStream, useBackend } from "../../src/backend";
import type { Draw } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { Supernet } from "../../src/supernet";
import type { Snapshot } from "../../src/trainer/snapshot";
import { Steps } from "../../src/trainer/steps";
import { close } from "../supernet/close";

const space = spaces.nasBench201();
const { edges, operations } = space;
const count = 6;
const size = { channels: 4, cells: 1, image: [8, 8, 3], classes: 10 } as const;
const cells = 3 * size.cells;
const settings = { momentum: 0.9, weightDecay: 0.01, clip: 1e6 };

const random = new RandomStream(7);
const batch = () => ({
  images: Float32Array.from({ length: count * 192 }, () => random.normal()),
  labels: Int32Array.from({ length: count }, () => random.below(10)),
});
const [search, train] = [batch(), batch()];
const thetaOf = (weight: (e: number, o: number) => number) =>
  edges.map((_, e) => Float64Array.from(operations, (_, o) => weight(e, o)));
const mixed: Draw = { theta: thetaOf(() => 0.1 + 0.4 * random.uniform()) };
const path = [2, 1, 3, 3, 4, 2];
const onPath: Draw = { theta: thetaOf((e, o) => (path[e] === o ? 0.8 + 0.1 * e : 0)), path: path.map((o) => [o]) };

/** The largest difference relative to the largest reference value. */
const error = (actual: number[], expected: number[]) =>
  Math.max(...actual.map((x, k) => Math.abs(x - expected[k]))) / Math.max(...expected.map(Math.abs));

for (const backend of ["native", "wasm"] satisfies BackendName[]) {
  suite(`steps on ${backend}`, () => {
    let network: Supernet;
    let steps: Steps;
    let numTensors: number;
    let start: Snapshot;
    let traces = 0;
    const counting: typeof compile = (fn: (...args: never[]) => unknown, options?: object) =>
      compile((...args: never[]) => {
        traces++;
        return fn(...args) as tf.Tensor[];
      }, options) as never;

    before(async () => {
      await useBackend(backend);
      ({ numTensors } = tf.memory());
      network = new Supernet(space, size, new RandomStream(1));
      steps = new Steps(network, settings, counting);
      steps.weights(train, [{ draw: mixed, weight: 1 }], 0.05); // momentum and statistics are not those of the start
      start = steps.snapshot();
    });
    beforeEach(() => {
      steps.restore(start);
      traces = 0;
    });
    after(() => {
      steps.dispose();
      network.dispose();
      assert.equal(tf.memory().numTensors, numTensors, "tensors are left over");
    });

    const weights = ({ values }: Snapshot) => values.slice(0, network.parameters.trainable.length);
    const running = ({ values }: Snapshot) => values[network.parameters.trainable.length];
    const onlyStatisticsChanged = () => {
      const now = steps.snapshot();
      assert.notDeepEqual(running(now), running(start));
      assert.deepEqual(
        { ...now, values: now.values.with(weights(start).length, running(start)) },
        {
          ...start,
          batchesTracked: start.batchesTracked + 1n,
        },
      );
    };
    /** ∂w of a training pass's loss, flat, by TensorFlow.js's own gradients. */
    const weightGradient = (draw: Draw, batch = train): number[] => {
      const { trainable } = network.parameters;
      let flat: number[] = [];
      tf.tidy(() => {
        const { images, labels, theta, path } = tensors(batch, draw);
        const loss = () => network.evaluate(images, labels, { theta, path }, "training").loss;
        const { grads } = tf.variableGrads(loss, trainable);
        flat = trainable.flatMap(({ name }) => Array.from(grads[name].dataSync()));
      });
      return flat;
    };
    const tensors = ({ images, labels }: typeof search, { theta, path }: Draw) => ({
      images: tf.tensor4d(images, [count, ...size.image]),
      labels: tf.tensor1d(labels, "int32"),
      theta: tf.tensor2d(theta.map((row) => Array.from(row))),
      path: path && tf.tensor1d(path.flat(), "int32"),
    });

    test("the architecture's step leaves the running statistics if told to, in the same trace", () => {
      const quiet = steps.architecture(search, mixed, { statistics: false });
      assert.deepEqual(steps.snapshot(), start);
      const { numTensors } = tf.memory();
      assert.deepEqual(steps.architecture(search, mixed), quiet);
      onlyStatisticsChanged();
      steps.restore(start);
      assert.deepEqual(steps.architecture(search, mixed, { statistics: false }), quiet);
      assert.equal(tf.memory().numTensors, numTensors);
      assert.equal(traces, backend === "native" ? 1 : 3);
    });

    test("an outcome is the training mode's, and changes nothing", () => {
      for (const draw of [mixed, onPath]) {
        const { loss, correct } = steps.outcome(search, draw);
        assert.deepEqual(steps.snapshot(), start);
        const step = steps.architecture(search, draw);
        close([loss], [step.loss], "loss");
        assert.equal(correct, step.correct);
        steps.restore(start);
      }
    });

    for (const [kind, draw, trainDraw] of [
      ["the mixture", mixed, mixed],
      ["a path", onPath, onPath],
      ["the mixture, trained on a path", mixed, onPath],
    ] as const) {
      const rate = 0.1;
      const flat = (arrays: readonly Float32Array[]) => arrays.flatMap((x) => Array.from(x));
      const set = (values: readonly number[]) => {
        let offset = 0;
        for (const variable of network.parameters.trainable) {
          const value = tf.tensor(values.slice(offset, offset + variable.size), variable.shape);
          variable.assign(value);
          value.dispose();
          offset += variable.size;
        }
      };
      /** DARTS's difference quotients at the weights w along v: of ∂θ and of ∂w of the training loss. */
      const quotients = (w: readonly number[], v: readonly number[]) => {
        const radius = 0.01 / Math.hypot(...v);
        const [plus, minus] = [radius, -radius].map((by) => {
          set(w.map((x, k) => x + by * v[k]));
          const { dTheta } = steps.architecture(train, trainDraw, { statistics: false });
          return { theta: Array.from(dTheta), weights: weightGradient(trainDraw) };
        });
        const quotient = (a: number[], b: number[]) => a.map((x, k) => (x - b[k]) / (2 * radius));
        return { theta: quotient(plus.theta, minus.theta), weights: quotient(plus.weights, minus.weights) };
      };
      const agrees = (dTheta: Float32Array, first: Float32Array, expected: readonly number[]) => {
        const second = Array.from(dTheta, (x, k) => x - first[k]);
        assert.ok(Math.hypot(...second) > 0.01 * Math.hypot(...first), "the second order's part counts");
        assert.ok(
          error(second, [...expected]) < 0.02,
          `error of the second order's part: ${error(second, [...expected])}`,
        );
      };

      test(`the unrolled step is DARTS's, under ${kind}`, () => {
        const { numTensors } = tf.memory();
        const { dTheta, loss, correct, healthy } = steps.unrolled(search, train, draw, rate, trainDraw);
        assert.equal(tf.memory().numTensors, numTensors);
        assert.ok(healthy);
        const after = steps.snapshot();
        onlyStatisticsChanged();
        steps.restore(start);
        const w = flat(weights(start));
        steps.weights(train, [{ draw: trainDraw, weight: 1 }], rate); // with the momentum, unclipped: that is w′
        set(flat(weights(steps.snapshot())));
        const batchesTracked = steps.snapshot().batchesTracked;
        const first = steps.architecture(search, draw, { statistics: false });
        close([loss, correct], [first.loss, first.correct], "loss and hits");
        const v = weightGradient(draw, search);
        agrees(
          dTheta,
          first.dTheta,
          quotients(w, v).theta.map((x) => -rate * x),
        );
        assert.equal(after.batchesTracked, batchesTracked);
      });

      for (const terms of [0, 2]) {
        test(`Neumann's series of ${terms} more terms is iDARTS's, under ${kind}`, () => {
          const { numTensors } = tf.memory();
          const { dTheta, loss, correct } = steps.neumann(search, train, draw, rate, terms, trainDraw);
          assert.equal(tf.memory().numTensors, numTensors);
          onlyStatisticsChanged();
          steps.restore(start);
          const first = steps.architecture(search, draw, { statistics: false });
          close([loss, correct], [first.loss, first.correct], "loss and hits");
          const w = flat(weights(start));
          let v = weightGradient(draw, search);
          const second = new Array<number>(first.dTheta.length).fill(0);
          for (let k = 0; k <= terms; k++) {
            const along = quotients(w, v);
            along.theta.forEach((x, n) => {
              second[n] -= rate * x;
            });
            v = v.map((x, n) => x - rate * along.weights[n]);
          }
          agrees(dTheta, first.dTheta, second);
        });
      }
    }

    test("a step on several draws is SGD on the weighted sum of their losses", () => {
      const draws = [
        { draw: mixed, weight: 0.3 },
        { draw: onPath, weight: 1.5 },
      ];
      const rate = 0.1;
      const { numTensors } = tf.memory();
      const { loss, correct, norm } = steps.weights(train, draws, rate);
      assert.equal(tf.memory().numTensors, numTensors);
      const done = steps.snapshot();
      assert.equal(done.batchesTracked, start.batchesTracked + 2n);

      steps.restore(start);
      const outcomes = draws.map(({ draw }) => steps.outcome(train, draw));
      close([loss], [0.3 * outcomes[0].loss + 1.5 * outcomes[1].loss], "loss");
      close([correct], [0.3 * outcomes[0].correct + 1.5 * outcomes[1].correct], "hits");
      const [a, b] = draws.map(({ draw }) => weightGradient(draw));
      const gradient = a.map((x, k) => 0.3 * x + 1.5 * b[k]);
      close([norm], [Math.sqrt(gradient.reduce((sum, x) => sum + x * x, 0))], "norm");
      const flat = (arrays: readonly Float32Array[]) => arrays.flatMap((x) => Array.from(x));
      const momentum = flat(start.values.slice(weights(start).length + 1));
      const expected = flat(weights(start)).map((w, k) => w - rate * (0.9 * momentum[k] + gradient[k] + 0.01 * w));
      close(flat(weights(done)), expected, "weights");

      for (const { draw } of draws) steps.architecture(train, draw); // one after the other
      close(running(done), running(steps.snapshot()), "running statistics");
    });

    test("per image, the gradient is the batch's loss by the image's own θ, and in the mean the plain one", () => {
      const { dTheta, loss, correct } = steps.perImage(search, mixed);
      onlyStatisticsChanged();
      steps.restore(start);
      const plain = steps.architecture(search, mixed);
      close([loss], [plain.loss], "loss");
      assert.equal(correct, plain.correct);
      const columns = plain.dTheta.length;
      assert.equal(dTheta.length, count * columns);
      const mean = plain.dTheta.map((_, k) => {
        const ofImages = Array.from({ length: count }, (_, i) => dTheta[i * columns + k]);
        return ofImages.reduce((sum, x) => sum + x, 0) / count;
      });
      close(mean, plain.dTheta, "mean over the images");

      const flat = mixed.theta.flatMap((row) => Array.from(row));
      const lossAt = (image: number, k: number, by: number) =>
        tf.tidy(() => {
          const { images, labels } = tensors(search, mixed);
          const theta = tf.tensor3d(Array.from({ length: count }, () => flat).flat(), [count, 6, 5]).bufferSync();
          theta.values[image * columns + k] += by;
          return network.evaluate(images, labels, { theta: theta.toTensor() }, "training").loss.dataSync()[0];
        });
      const some = [0, 2, 5].flatMap((image) => [1, 7, 13, 18, 29].map((k) => [image, k] as const));
      const h = 3e-4; // small: ReLUs change sides
      const expected = some.map(([i, k]) => (count * (lossAt(i, k, h) - lossAt(i, k, -h))) / (2 * h));
      const actual = some.map(([i, k]) => dTheta[i * columns + k]);
      assert.ok(error(actual, expected) < 0.05, `error ${error(actual, expected)}`);
    });

    test("per image, a path is refused, and no tensor is left over", () => {
      const { numTensors } = tf.memory();
      assert.throws(
        () => steps.perImage(search, onPath),
        /RangeError: .*one path runs under weights that all images share/,
      );
      assert.equal(tf.memory().numTensors, numTensors);
    });

    test("gates are factors of θ by image, cell, edge and operation", () => {
      const mask = thetaOf((e, o) => ((e + o) % 3 === 0 ? 0 : 1.5));
      const alike = Float32Array.from(
        Array.from({ length: count * cells }, () => mask.flatMap((row) => Array.from(row))).flat(),
      );
      const gated = steps.weights(train, [{ draw: { ...mixed, gates: alike }, weight: 1 }], 0.1);
      const state = steps.snapshot();
      steps.restore(start);
      const theta = mixed.theta.map((row, e) => row.map((x, o) => x * mask[e][o]));
      const plain = steps.weights(train, [{ draw: { theta }, weight: 1 }], 0.1);
      close([gated.loss, gated.norm], [plain.loss, plain.norm], "loss and norm");
      const expected = steps.snapshot();
      state.values.forEach((values, k) => {
        close(values, expected.values[k], `variable ${k}`);
      });

      steps.restore(start);
      const various = Float32Array.from({ length: count * cells * 30 }, () => (random.uniform() < 0.3 ? 0 : 1 / 0.7));
      const dropped = steps.weights(train, [{ draw: { ...mixed, gates: various }, weight: 1 }], 0.1);
      steps.restore(start);
      const flat = mixed.theta.flatMap((row) => Array.from(row));
      tf.tidy(() => {
        const { images, labels } = tensors(train, mixed);
        const own = tf.tensor4d(
          various.map((x, k) => x * flat[k % 30]),
          [count, cells, 6, 5],
        );
        close([dropped.loss], network.evaluate(images, labels, { theta: own }, "training").loss.dataSync(), "loss");
      });
    });

    test("a snapshot brings back the same steps, bit for bit", () => {
      const go = () => [
        steps.weights(train, [{ draw: mixed, weight: 1 }], 0.1),
        steps.architecture(search, onPath),
        steps.weights(search, [{ draw: onPath, weight: 1 }], 0.1),
        steps.snapshot(),
      ];
      const first = go();
      steps.restore(start);
      assert.deepEqual(steps.snapshot(), start);
      assert.deepEqual(go(), first);
    });

    test("an image that is not finite changes nothing in any step", () => {
      const bad = { ...train, images: train.images.map((x, k) => (k === 9 ? Number.NaN : x)) };
      const draws = [mixed, onPath].map((draw) => ({ draw, weight: 0.5 }));
      for (const { healthy } of [
        steps.weights(bad, draws, 0.1),
        steps.unrolled(search, bad, mixed, 0.1),
        steps.neumann(bad, train, mixed, 0.1, 1),
        steps.perImage(bad, mixed),
        steps.outcome(bad, mixed),
      ]) {
        assert.equal(healthy, false);
      }
      assert.deepEqual(steps.snapshot(), start);
    });

    test("kept operations do what they do beside others of weight zero; the others and the momentum stay", () => {
      const kept = edges.map((_, e) => operations.map((_, o) => (e + o) % 3 !== 0));
      const draw = { theta: mixed.theta.map((row, e) => row.map((x, o) => (kept[e][o] ? x : 0))) };
      const whole = steps.weights(train, [{ draw, weight: 1 }], 0.1);
      const expected = network.parameters.stateDict();
      steps.restore(start);
      const before = network.parameters.stateDict();
      assert.throws(
        () => steps.keep(kept.slice(1)),
        /Supernet.keep: want a list of 5 booleans for each of the 6 edges/,
      );
      steps.keep(kept);
      assert.equal(network.kept, kept);
      const step = steps.weights(train, [{ draw: mixed, weight: 1 }], 0.1);
      close([step.loss, step.norm], [whole.loss, whole.norm], "loss and norm");
      let pruned = 0;
      for (const [name, { data }] of network.parameters.stateDict()) {
        if (name.endsWith("tracked")) continue;
        const [, target, source, o] = /edges\.(\d)<-(\d)\.(\d)/.exec(name) ?? [];
        const e = edges.findIndex(({ from, to }) => from === Number(source) && to === Number(target));
        if (o === undefined || kept[e][Number(o)])
          close(data as Float32Array, expected.get(name)!.data as Float32Array, name);
        else {
          assert.deepEqual(data, before.get(name)!.data, name);
          pruned++;
        }
      }
      assert.ok(pruned > 0);
      for (const answer of [steps.unrolled(search, train, mixed, 0.1), steps.neumann(search, train, mixed, 0.1, 1)]) {
        assert.ok(answer.healthy);
        answer.dTheta.forEach((x, k) => {
          if (!kept[Math.floor(k / 5)][k % 5]) assert.equal(x, 0);
        });
      }
      steps.keep(edges.map(() => operations.map(() => true)));
    });
  });
}
