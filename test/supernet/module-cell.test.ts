// NAS-Bench-101's networks against PyTorch: test/golden/one_shot.py.
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, RandomStream, useBackend } from "../../src/backend";
import { packageRoot } from "../../src/root";
import { costOf, designOf, type ModelSpec, nasBench101Design, spaces } from "../../src/spaces";
import { Network } from "../../src/supernet";
import { readSafetensors } from "../../src/supernet/safetensors";
import { NetworkSteps } from "../../src/trainer/network-steps";
import { close } from "./close";
import { batchOf, closeTensors, differentiate, fill, isStatistic, isWeight } from "./formula";

const golden = readSafetensors(join(packageRoot, "test/golden/one_shot.safetensors"));
const size = { channels: 8, cells: 3, image: [10, 10, 3], classes: 10 } as const;

const spec = (vertices: readonly (readonly [string, readonly number[]])[]): ModelSpec => ({
  matrix: ["input", ...vertices].map((_, from) => [
    0,
    ...vertices.map(([, parents]) => Number(parents.includes(from))),
  ]),
  ops: ["input", ...vertices.map(([op]) => op)],
});
const cells = {
  own: spec([
    ["conv3x3-bn-relu", [0]],
    ["conv1x1-bn-relu", [1]],
    ["maxpool3x3", [0, 1]],
    ["conv3x3-bn-relu", [2, 3]],
    ["output", [1, 3, 4]],
  ]),
  "own-input": spec([
    ["conv1x1-bn-relu", [0]],
    ["maxpool3x3", [0, 1]],
    ["output", [0, 2]],
  ]),
};

for (const backend of ["native", "wasm"] satisfies BackendName[]) {
  suite(`NAS-Bench-101's network on ${backend}`, () => {
    before(() => useBackend(backend));

    for (const [name, cell] of Object.entries(cells)) {
      test(`${name}: logits, gradients and statistics agree with PyTorch, and the weights are as many as we count`, () => {
        const network = new Network(nasBench101Design(cell), size, new RandomStream(0));
        const { parameters } = network;
        assert.equal(parameters.count, costOf(network.design, size).parameters);
        fill(parameters);
        const { images, labels } = batchOf(4, 10);
        const value = (key: string) => golden.get(`${name}.${key}`)!.data as Float32Array;
        tf.tidy(() => {
          const x = tf.tensor4d(images, [4, 10, 10, 3]);
          const y = tf.tensor1d(labels, "int32");
          close(network.forward(x, "evaluation").logits.dataSync(), value("logits.evaluation"), "evaluation");
          const { loss, running } = network.evaluate(x, y, "training");
          close(loss.dataSync(), value("loss"), "loss");
          differentiate(parameters, () => network.evaluate(x, y, "training").loss);
          closeTensors(parameters, isWeight, golden, `${name}.gradients`);
          parameters.running.assign(running!);
          closeTensors(parameters, isStatistic, golden, `${name}.statistics`);
        });
        network.dispose();
      });
    }
  });
}

test("samples of the three spaces have networks with as many weights as we count, which learn", async () => {
  await useBackend("native");
  const stream = new RandomStream(1);
  for (const space of ([1, 2, 3] as const).map(spaces.oneShot1)) {
    for (let k = 0; k < 4; k++) {
      const network = new Network(designOf(space.sample(stream)), size, stream);
      assert.equal(network.parameters.count, costOf(network.design, size).parameters);
      if (k === 0) {
        const steps = new NetworkSteps(network);
        const losses = Array.from({ length: 5 }, () => steps.train(batchOf(4, 10), 0.01).loss);
        assert.ok(losses[4] < losses[0], String(losses));
        steps.dispose();
      }
      network.dispose();
    }
  }
});
