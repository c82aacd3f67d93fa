import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, RandomStream, useBackend } from "../../src/backend";
import { packageRoot } from "../../src/root";
import { designOf, spaces } from "../../src/spaces";
import { Network } from "../../src/supernet";
import { type HostTensor, readSafetensors } from "../../src/supernet/safetensors";
import { NetworkSteps } from "../../src/trainer/network-steps";
import { close, closeState } from "./close";

const space = spaces.nasBench201();
const size = { channels: 4, cells: 1, image: [16, 16, 3], classes: 10 } as const;
const golden = readSafetensors(join(packageRoot, "test/golden/network.safetensors"));

/** What PyTorch computed, test/golden/network.py. Its networks have weights on `unused` edges too, which ours leave out. */
const references = [
  {
    name: "whole",
    text: "|nor_conv_1x1~0|+|avg_pool_3x3~0|nor_conv_3x3~1|+|skip_connect~0|avg_pool_3x3~1|nor_conv_1x1~2|",
    unused: [],
  },
  {
    name: "dead",
    text: "|nor_conv_3x3~0|+|avg_pool_3x3~0|nor_conv_1x1~1|+|skip_connect~0|nor_conv_3x3~1|none~2|",
    unused: [2],
  },
];

for (const backend of ["native", "wasm"] satisfies BackendName[]) {
  for (const { name, text, unused } of references) {
    const value = (key: string) => golden.get(`${name}.${key}`)!.data as Float32Array;
    const under = (prefix: string) => {
      const start = `${name}.${prefix}.`;
      const entries = [...golden].filter(([key]) => key.startsWith(start));
      const left = entries.filter(([key]) => !unused.some((edge) => key.includes(`.layers.${edge}.`)));
      return new Map(left.map(([key, x]) => [key.slice(start.length), x]));
    };
    const batch = {
      images: value("images"),
      labels: Int32Array.from(golden.get(`${name}.labels`)!.data as unknown as bigint[], Number),
    };

    suite(`network on ${backend}, ${name}`, () => {
      let network: Network;
      before(async () => {
        await useBackend(backend);
        network = new Network(designOf(space.parse(text)), size, new RandomStream(0));
        network.parameters.loadStateDict(under("before"));
      });
      after(() => network.dispose());

      test("it has the weights of the edges in use, and no others", () => {
        const expected = under("before");
        const { parameters } = network;
        assert.deepEqual(new Set(parameters.stateDict().keys()), new Set(expected.keys()));
        const trained = [...under("gradient").values()].reduce((sum, { data }) => sum + data.length, 0);
        assert.equal(parameters.count, trained);
      });

      test("logits agree with PyTorch in evaluation and training mode", () => {
        for (const mode of ["evaluation", "training"] as const) {
          const logits = tf.tidy(() =>
            network.forward(tf.tensor4d(batch.images, [8, 16, 16, 3]), mode).logits.dataSync(),
          );
          close(logits, value(`logits.${mode}`), mode);
        }
      });

      test("weight gradients agree with PyTorch", () => {
        const other = new Network(designOf(space.parse(text)), size, new RandomStream(0));
        const { parameters } = other;
        parameters.loadStateDict(under("before"));
        // the gradient in the weights' place, so that the state_dict names and lays it out
        tf.tidy(() => {
          const images = tf.tensor4d(batch.images, [8, 16, 16, 3]);
          const labels = tf.tensor1d(batch.labels, "int32");
          const loss = () => other.evaluate(images, labels, "training").loss;
          const { grads } = tf.variableGrads(loss, parameters.trainable);
          for (const variable of parameters.trainable) variable.assign(grads[variable.name]);
        });
        const expected = under("gradient");
        const found = parameters.stateDict();
        // An offset straight into the last node has no effect, as the last batch norm takes it away: zero but for rounding.
        const within = (x: HostTensor, bound: number) => (x.data as Float32Array).every((y) => Math.abs(y) < bound);
        for (const [key, gradient] of expected) {
          if (!within(gradient, 1e-12)) continue;
          assert.match(key, /^cells\.4\.layers\.[345]\.op\.2\.bias$/);
          assert.ok(within(found.get(key)!, 1e-7), key);
          expected.delete(key);
        }
        closeState(found, expected);
        other.dispose();
      });

      test("two steps of SGD with Nesterov's momentum agree with PyTorch", () => {
        const steps = new NetworkSteps(network);
        close([steps.train(batch, 0.1).loss], value("loss"), "loss");
        steps.train(batch, 0.1);
        const expected = under("after");
        for (const key of expected.keys()) if (key.endsWith("num_batches_tracked")) expected.delete(key);
        closeState(network.parameters.stateDict(), expected);
        assert.equal(network.parameters.batchesTracked, 2n);
        assert.ok(Number.isFinite(steps.evaluate(batch).loss));
        steps.dispose();
      });
    });
  }
}

suite("architectures at the limits", () => {
  before(() => useBackend("native"));

  test("all 3×3 convolutions at the benchmark's size have its 1.531546 million weights, the emptiest 0.073306", () => {
    const full = { channels: 16, cells: 5, image: [32, 32, 3], classes: 10 } as const;
    const weights = (operation: number) => {
      const network = new Network(
        designOf(space.architecture(new Array(6).fill(operation))),
        full,
        new RandomStream(0),
      );
      const { count } = network.parameters;
      network.dispose();
      return count;
    };
    assert.equal(weights(space.operations.indexOf("nor_conv_3x3")), 1_531_546);
    assert.equal(weights(space.operations.indexOf("none")), 73_306);
  });

  test("a cell that lets nothing through gives the same logits for all images, and trains", () => {
    const network = new Network(designOf(space.architecture(new Array(6).fill(0))), size, new RandomStream(0));
    const images = Float32Array.from({ length: 4 * 768 }, (_, k) => Math.sin(k));
    const logits = tf.tidy(() => network.forward(tf.tensor4d(images, [4, 16, 16, 3]), "training").logits.arraySync());
    for (const row of logits) assert.deepEqual(row, logits[0]);
    const steps = new NetworkSteps(network);
    const batch = { images, labels: Int32Array.of(1, 1, 1, 1) };
    const losses = Array.from({ length: 3 }, () => steps.train(batch, 0.1).loss);
    assert.ok(losses[1] < losses[0] && losses[2] < losses[1], String(losses));
    steps.dispose();
    network.dispose();
  });
});
