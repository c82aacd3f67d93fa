// NAS-Bench-1Shot1's search networks against PyTorch (test/golden/one_shot.py), and what else a cell of theirs can do.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, compile, RandomStream, useBackend } from "../../src/backend";
import { completeSettings, methods } from "../../src/methods";
import { packageRoot } from "../../src/root";
import { spaces } from "../../src/spaces";
import { Supernet } from "../../src/supernet";
import { readSafetensors } from "../../src/supernet/safetensors";
import { Steps } from "../../src/trainer/steps";
import { close } from "./close";
import { batchOf, closeTensors, differentiate, fill, isStatistic, isWeight, thetaOf } from "./formula";

const golden = readSafetensors(join(packageRoot, "test/golden/one_shot.safetensors"));
const backends = ["native", "wasm"] satisfies BackendName[];
const size = { channels: 4, cells: 3, image: [16, 16, 3], classes: 10 } as const;
const batch = batchOf(4, 16);
const images = () => tf.tensor4d(batch.images, [4, 16, 16, 3]);
const labels = () => tf.tensor1d(batch.labels, "int32");
const tensor = (theta: readonly Float64Array[]) => tf.tensor2d(theta.map((row) => Array.from(row)));

const searches = [
  ...([1, 2, 3] as const).map((k) => ({ name: `search-${k}`, space: spaces.oneShot1(k), partialChannels: 1 })),
  { name: "search-partial", space: spaces.oneShot1(1), partialChannels: 2 },
];

for (const [backend, { name, space, partialChannels }] of backends.flatMap((backend) =>
  searches.map((search) => [backend, search] as const),
)) {
  suite(`the ${name} network of NAS-Bench-1Shot1 on ${backend}`, () => {
    const value = (key: string) => golden.get(`${name}.${key}`)!.data as Float32Array;
    const theta = thetaOf(space.edges.length, space.operations.length);
    let network: Supernet;
    before(async () => {
      await useBackend(backend);
      network = new Supernet(space, { ...size, partialChannels }, new RandomStream(0));
    });
    after(() => network.dispose());

    test("logits agree with PyTorch in evaluation and training mode", () => {
      fill(network.parameters);
      for (const mode of ["evaluation", "training"] as const) {
        const logits = tf.tidy(() => network.forward(images(), { theta: tensor(theta) }, mode).logits.dataSync());
        close(logits, value(`logits.${mode}`), mode);
      }
    });

    test("loss, ∂L/∂θ and running statistics of a compiled step agree with PyTorch", () => {
      fill(network.parameters);
      const steps = new Steps(network, completeSettings(methods.drnas.settings).weights);
      const { loss, dTheta } = steps.architecture(batch, { theta });
      close([loss], value("loss"), "loss");
      close(dTheta, value("theta"), "∂L/∂θ");
      closeTensors(network.parameters, isStatistic, golden, `${name}.statistics`);
      steps.dispose();
    });

    test("weight gradients agree with PyTorch", () => {
      fill(network.parameters);
      tf.tidy(() => {
        const loss = () => network.evaluate(images(), labels(), { theta: tensor(theta) }, "training").loss;
        differentiate(network.parameters, loss);
      });
      closeTensors(network.parameters, isWeight, golden, `${name}.gradients`);
    });
  });
}

for (const backend of backends) {
  suite(`a cell with operations on nodes on ${backend}`, () => {
    const space = spaces.oneShot1(1);
    const [rows, columns] = [space.edges.length, space.operations.length];
    const theta = thetaOf(rows, columns);
    let network: Supernet;
    const logits = (under: Parameters<Supernet["forward"]>[1]) =>
      tf.tidy(() => network.forward(images(), under, "training").logits.dataSync());
    before(async () => {
      await useBackend(backend);
      network = new Supernet(space, { ...size, cells: 2, partialChannels: 2 }, new RandomStream(0));
      fill(network.parameters);
    });
    after(() => network.dispose());

    test("images with weights of their own see what all see with the same ones", () => {
      const shared = logits({ theta: tensor(theta) });
      const own = tf.tidy(() => tf.tile(tf.expandDims(tensor(theta)), [4, 1, 1]) as tf.Tensor3D);
      close(logits({ theta: own }), shared, "logits");
      own.dispose();
    });

    test("what is not kept counts as zero: operations, inputs, the output's parents", () => {
      const dropped = [
        [0, 1],
        [2, 0],
        [4, 3],
        [5, 5],
        [6, 3],
        [6, 6],
      ];
      const isDropped = (e: number, o: number) => dropped.some(([row, column]) => row === e && column === o);
      const all = network.kept;
      const zeros = theta.map((row, e) => row.map((weight, o) => (isDropped(e, o) ? 0 : weight)));
      const expected = logits({ theta: tensor(zeros) });
      network.keep(all.map((row, e) => row.map((kept, o) => kept && !isDropped(e, o))));
      close(logits({ theta: tensor(theta) }), expected, "logits");
      network.keep(all);
      assert.throws(() => close(logits({ theta: tensor(theta) }), expected, "logits"));
    });

    test("one operation a block gives what the mixture gives whose others are zero, with its gradients and one trace", () => {
      let traces = 0;
      const step = (theta: tf.Tensor2D, path?: tf.Tensor1D) => {
        traces++;
        const loss = (theta: tf.Tensor) =>
          network.evaluate(images(), labels(), { theta: theta as tf.Tensor2D, path }, "training").loss;
        const { grad, value } = tf.valueAndGrad(loss)(theta);
        const { grads } = tf.variableGrads(() => loss(theta) as tf.Scalar, network.parameters.trainable);
        return [value, grad, ...network.parameters.trainable.map(({ name }) => grads[name])];
      };
      const compiled = compile(step, { name: "one path" });
      const chosen = [
        [[0], [1], [2], [1], [3, 5], [4, 6], [3, 7]],
        [[2], [0], [0], [2], [4, 5], [3, 5], [5, 6]],
      ];
      for (const picks of chosen) {
        tf.tidy(() => {
          const hot = tensor(picks.map((row) => theta[0].map((_, o) => (row.includes(o) ? 1 : 0))));
          const path = tf.tensor1d(
            picks.map(([first]) => first),
            "int32",
          );
          const [loss, dTheta, ...weights] = compiled(hot, path).map((x) => x.dataSync());
          const [wholeLoss, wholeTheta, ...wholeWeights] = step(hot).map((x) => x.dataSync());
          close(loss, wholeLoss, "loss");
          // Inputs have the mixture's gradients, chosen or not; of operations only the chosen one has.
          const same = (e: number, o: number) => !space.edges[e].carries || picks[e].includes(o);
          const seen = (values: ArrayLike<number>) =>
            Array.from(values, (x, k) => (same(Math.floor(k / columns), k % columns) ? x : 0));
          close(seen(dTheta), seen(wholeTheta), "∂L/∂θ");
          weights.forEach((gradient, k) => {
            close(gradient, wholeWeights[k], `gradient ${k}`);
          });
        });
      }
      assert.equal(traces - chosen.length, backend === "native" ? 2 : chosen.length, "traces");
      compiled.dispose();
    });
  });
}
