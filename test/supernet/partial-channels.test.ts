import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, RandomStream, useBackend } from "../../src/backend";
import type { Features } from "../../src/supernet/layers";
import { PartialChannels } from "../../src/supernet/partial-channels";

/** An edge's output as PC-DARTS spells it: [mixture ; bypass], shuffled. */
function edge(mixture: Features, source: Features, share: number): Features {
  const [batch, height, width, channels] = source.shape;
  const bypass = tf.slice(source, [0, 0, 0, channels / share], [-1, -1, -1, -1]);
  const groups = tf.reshape(tf.concat([mixture, bypass], 3), [-1, share, channels / share]);
  return tf.reshape(tf.transpose(groups, [0, 2, 1]), [batch, height, width, channels]);
}

for (const backend of ["native", "wasm"] satisfies BackendName[]) {
  suite(`partial channels on ${backend}`, () => {
    before(() => useBackend(backend));

    for (const share of [2, 4, 8]) {
      test(`K = ${share}: nodes are what edge by edge gives, exactly, and so are their gradients`, () => {
        const stream = new RandomStream(share);
        const small = (channels: number) =>
          tf.tensor4d(
            Float32Array.from({ length: 12 * channels }, () => stream.below(9) - 4), // whole: sums are exact
            [2, 3, 2, channels],
          );
        const partial = new PartialChannels(8, share);
        const inputs = [small(8), ...[1, 2, 3].map(() => small(partial.mixed))];
        const dy = [small(8), small(partial.mixed), small(partial.mixed)];
        const look = (outputs: Features[]) => tf.addN(outputs.map((y, k) => tf.sum(tf.mul(y, dy[k]))));

        const ours = (x: Features, ...mixtures: Features[]) => {
          const nodes = [partial.input(x)];
          for (const mixture of mixtures) nodes.push(partial.node(mixture, nodes));
          return [
            partial.channelsOf(nodes[3], 8),
            partial.channelsOf(nodes[1], partial.mixed),
            partial.channelsOf(nodes[2], partial.mixed),
          ];
        };
        const naive = (x: Features, ...mixtures: Features[]) => {
          const nodes = [x];
          for (const mixture of mixtures)
            nodes.push(tf.addN(nodes.map((node, k) => edge(k === 0 ? mixture : tf.zerosLike(mixture), node, share))));
          const first = (node: Features) => tf.slice(node, [0, 0, 0, 0], [-1, -1, -1, partial.mixed]);
          return [nodes[3], first(nodes[1]), first(nodes[2])];
        };
        const values = (f: typeof ours) => {
          const all = [
            ...f(...(inputs as [Features, ...Features[]])),
            ...tf.grads((...x: tf.Tensor[]) => look(f(...(x as [Features, ...Features[]]))))(inputs),
          ];
          return all.map((x) => Array.from(x.dataSync(), (value) => value + 0)); // no −0
        };
        tf.tidy(() => assert.deepEqual(values(ours), values(naive)));
        tf.dispose([...inputs, ...dy]);
      });
    }
  });
}
