// The DARTS space's networks against PyTorch: test/golden/darts.py.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, hessianVector, RandomStream, useBackend } from "../../src/backend";
import { completeSettings, methods } from "../../src/methods";
import { packageRoot } from "../../src/root";
import { designOf, spaces } from "../../src/spaces";
import { Network, Supernet } from "../../src/supernet";
import { readSafetensors } from "../../src/supernet/safetensors";
import { dartsSgd, NetworkSteps } from "../../src/trainer/network-steps";
import { Steps } from "../../src/trainer/steps";
import { close } from "./close";
import { batchOf, closeTensors, differentiate, factorsOf, fill, isStatistic, isWeight, thetaOf } from "./formula";

const golden = readSafetensors(join(packageRoot, "test/golden/darts.safetensors"));
const backends = ["native", "wasm"] satisfies BackendName[];

const searches = [
  { name: "search", space: spaces.darts(), partialChannels: 1, side: 16 },
  { name: "search-partial", space: spaces.darts(), partialChannels: 2, side: 16 },
  { name: "search-imagenet", space: spaces.dartsImageNet(), partialChannels: 1, side: 64 },
];

for (const [backend, { name, space, partialChannels, side }] of backends.flatMap((backend) =>
  searches.flatMap(
    (search) => (backend === "wasm" && search.side > 16 ? [] : [[backend, search] as const]), // its cells are the same
  ),
)) {
  suite(`the ${name} network of the DARTS space on ${backend}`, () => {
    const value = (key: string) => golden.get(`${name}.${key}`)!.data as Float32Array;
    const size = { channels: 4, cells: 5, partialChannels, image: [side, side, 3], classes: 10 } as const;
    const batch = batchOf(4, side);
    const theta = thetaOf(28, 7);
    let network: Supernet;
    before(async () => {
      await useBackend(backend);
      network = new Supernet(space, size, new RandomStream(0));
    });
    after(() => network.dispose());

    const images = () => tf.tensor4d(batch.images, [4, side, side, 3]);
    const labels = () => tf.tensor1d(batch.labels, "int32");
    const under = () => ({ theta: tf.tensor2d(theta.map((row) => Array.from(row))) });

    test("logits agree with PyTorch in evaluation and training mode", () => {
      fill(network.parameters);
      for (const mode of ["evaluation", "training"] as const) {
        const logits = tf.tidy(() => network.forward(images(), under(), mode).logits.dataSync());
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
        differentiate(network.parameters, () => network.evaluate(images(), labels(), under(), "training").loss);
      });
      closeTensors(network.parameters, isWeight, golden, `${name}.gradients`);
    });
  });
}

/** Every operation in each cell, at stride 2 too. */
const GENOTYPE =
  "Genotype(normal=[('sep_conv_3x3', 0), ('skip_connect', 1), ('max_pool_3x3', 0), ('dil_conv_5x5', 2), ('avg_pool_3x3', 1), ('sep_conv_5x5', 3), ('dil_conv_3x3', 0), ('skip_connect', 3)], normal_concat=range(2, 6), reduce=[('skip_connect', 0), ('sep_conv_3x3', 1), ('max_pool_3x3', 0), ('dil_conv_3x3', 1), ('avg_pool_3x3', 1), ('skip_connect', 2), ('sep_conv_5x5', 0), ('dil_conv_5x5', 1)], reduce_concat=range(2, 6))";

const own = [
  { name: "own", space: spaces.darts(), cells: 5, side: 32, count: 4 },
  { name: "own-imagenet", space: spaces.dartsImageNet(), cells: 4, side: 224, count: 2 },
];

for (const [backend, { name, space, cells, side, count }] of backends.flatMap((backend) =>
  own.flatMap((network) => (backend === "wasm" && network.side > 32 ? [] : [[backend, network] as const])),
)) {
  suite(`the ${name} network of a genotype with its auxiliary tower on ${backend}`, () => {
    const size = { channels: 4, cells, image: [side, side, 3], classes: 10 } as const;
    const batch = batchOf(count, side);
    let network: Network;
    before(async () => {
      await useBackend(backend);
      network = new Network(designOf(space.parse(GENOTYPE)), size, new RandomStream(0), { auxiliary: true });
    });
    after(() => network.dispose());

    const images = () => tf.tensor4d(batch.images, [count, side, side, 3]);
    const labels = () => tf.tensor1d(batch.labels, "int32");

    for (const [name_, under] of [
      [name, () => ({})],
      [
        `${name}-dropped`,
        () => ({
          auxiliaryWeight: 0,
          dropPath: tf.tensor3d(factorsOf(count, cells, 14, 0.3), [count, cells, 14]),
        }),
      ],
    ] as const) {
      const value = (key: string) => golden.get(`${name_}.${key}`)!.data as Float32Array;
      test(`${name_}: logits, losses, statistics and weight gradients agree with PyTorch`, () => {
        fill(network.parameters);
        tf.tidy(() => {
          const { logits, auxiliary } = network.forward(images(), "evaluation", under());
          assert.equal(auxiliary, null);
          if (name_ === name) close(logits.dataSync(), value("logits.evaluation"), "evaluation");
          close(network.forward(images(), "training", under()).logits.dataSync(), value("logits.training"), "training");
          const { parameters } = network;
          let outcome!: { auxiliary: Float32Array; loss: Float32Array };
          differentiate(parameters, () => {
            const { loss, auxiliary, running } = network.evaluate(images(), labels(), "training", under());
            outcome = { auxiliary: auxiliary!.dataSync() as Float32Array, loss: loss.dataSync() as Float32Array };
            parameters.running.assign(running!);
            return loss;
          });
          close(outcome.auxiliary, value("auxiliary"), "the tower's loss");
          const weight = name_ === name ? 0.4 : 0;
          close(outcome.loss, [value("loss")[0] + weight * value("auxiliary")[0]], "loss");
        });
        closeTensors(network.parameters, isWeight, golden, `${name_}.gradients`);
        closeTensors(network.parameters, isStatistic, golden, `${name_}.statistics`);
        if (name_ !== "own" || backend === "wasm") return; // the same cells, and slow
        fill(network.parameters);
        tf.tidy(() => {
          const { trainable } = network.parameters;
          const loss = () => network.evaluate(images(), labels(), "training", under()).loss;
          const { grads } = tf.variableGrads(loss, trainable);
          const slopes = trainable.map(({ name }) => grads[name]);
          const { product } = hessianVector(loss, trainable, slopes);
          const sum = tf.addN(product.map((h, k) => tf.sum(tf.mul(h, trainable[k])))).dataSync();
          const sizes = product.map((h, k) => tf.sum(tf.abs(tf.mul(h, trainable[k]))));
          const scale = tf.addN(sizes).dataSync()[0];
          assert.ok(
            Math.abs(sum[0] - value("curvature")[0]) < 1e-4 * scale,
            `Σ w · Hg is ${sum}, not ${value("curvature")}`,
          );
        });
      });
    }

    test("a compiled step tells the tower's loss, and its evaluation has no tower", () => {
      fill(network.parameters);
      const steps = new NetworkSteps(network, dartsSgd);
      const { loss, auxiliary, norm, healthy } = steps.train(batch, 0.025);
      const value = (key: string) => golden.get(`${name}.${key}`)!.data[0] as number;
      close([auxiliary!, loss], [value("auxiliary"), value("loss") + 0.4 * value("auxiliary")], "losses");
      assert.ok(healthy && norm > 0);
      const random = new RandomStream(1);
      const dropped = steps.train(batch, 0.025, { probability: 0.3, random: random.split(0) });
      assert.ok(dropped.healthy && Number.isFinite(steps.evaluate(batch).loss));
      assert.throws(
        () => steps.train(batch, 0.025, { probability: 1, random }),
        /^RangeError: NetworkSteps.train: drop path's probability must be in \[0, 1\), got 1/,
      );
      steps.dispose();
    });
  });
}
