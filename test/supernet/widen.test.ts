// Widening by DrNAS's equations 7 and 8: a lone convolution spelt out, and a whole network's tensors.
import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { conv2d, RandomStream, useBackend } from "../../src/backend";
import { isCell, spaces } from "../../src/spaces";
import { Supernet } from "../../src/supernet";
import { grown, mapping, widening } from "../../src/supernet/widen";
import { close } from "./close";

suite("widening", () => {
  before(() => useBackend("cpu"));

  test("a mapping is the identity for the old channels and one of them for each new one", () => {
    const g = mapping(6, 9, new RandomStream(0));
    assert.deepEqual(g.slice(0, 6), [0, 1, 2, 3, 4, 5]);
    assert.ok(g.slice(6).every((k) => k >= 0 && k < 6));
    assert.notDeepEqual(mapping(6, 60, new RandomStream(0)), mapping(6, 60, new RandomStream(1)));
  });

  test("a lone convolution gives W'[o] = W[g(o)] on its old inputs; copied inputs add up", () => {
    tf.tidy(() => {
      const stream = new RandomStream(3);
      const random = (shape: [number, number, number, number]) =>
        tf.tensor4d(
          Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => stream.normal()),
          shape,
        );
      const [x, w] = [random([2, 5, 5, 4]), random([3, 3, 4, 4])];
      const [gi, go] = [
        [0, 1, 2, 3, 2, 0],
        [0, 1, 2, 3, 3, 1],
      ];
      const wide = grown(w, { inputs: gi, outputs: go }, { inputs: 2, outputs: 3 }) as tf.Tensor4D;
      const y = conv2d(x, w, 1);
      const copies = (x: tf.Tensor4D, map: number[]) => tf.gather(x, tf.tensor1d(map, "int32"), 3) as tf.Tensor4D;
      // What comes in through the new channels is zero: the old function, copied.
      const silent = tf.concat([x, tf.zeros([2, 5, 5, 2])], 3) as tf.Tensor4D;
      close(conv2d(silent, wide, 1).dataSync(), copies(y, go).dataSync(), "old inputs");
      // The new channels are copies of the old ones that their filters were copied from: these inputs count twice (eq. 8 has no division).
      const more = conv2d(
        copies(x, [2, 0]),
        tf.concat([tf.slice(w, [0, 0, 2, 0], [3, 3, 1, 4]), tf.slice(w, [0, 0, 0, 0], [3, 3, 1, 4])], 2),
        1,
      );
      close(conv2d(copies(x, gi), wide, 1).dataSync(), copies(tf.add(y, more), go).dataSync(), "copied inputs");
    });
  });

  for (const [name, space, cells] of [
    ["NAS-Bench-201", spaces.nasBench201(), 1],
    ["DARTS", spaces.darts(), 3],
    ["NAS-Bench-1Shot1", spaces.oneShot1(1), 3],
  ] as const) {
    test(`${name}: every tensor fits the wider network, and copies the old one's channels`, () => {
      const size = { channels: 12, cells, image: [8, 8, 3], classes: 10 } as const;
      const narrow = new Supernet(space, { ...size, partialChannels: 6 }, new RandomStream(0));
      const wide = new Supernet(space, { ...size, partialChannels: 4 }, new RandomStream(1));
      const growths = widening(space, size, { from: 6, to: 4 }, new RandomStream(2));
      wide.parameters.takeOver(narrow.parameters, growths);
      const [before, after] = [narrow, wide].map((network) => network.parameters.stateDict());
      assert.deepEqual([...before.keys()], [...after.keys()]);
      let changed = 0;
      for (const [tensor, { shape, data }] of after) {
        const old = before.get(tensor)!;
        if (String(old.shape) === String(shape)) assert.deepEqual(data, old.data, tensor);
        else changed++;
        const known = new Set(old.data as Float32Array);
        assert.ok(
          (data as Float32Array).every((x) => known.has(x)),
          tensor,
        );
      }
      assert.ok(changed > 20);
      for (const network of [narrow, wide]) network.parameters.dispose();
    });
  }

  test("the statistics of a factorised reduction's second half come from its second half", () => {
    const space = spaces.darts();
    const size = { channels: 12, cells: 3, image: [8, 8, 3], classes: 10 } as const;
    const growths = widening(space, size, { from: 6, to: 4 }, new RandomStream(2));
    const layer = space
      .layers(size)
      .filter(isCell)
      .find(({ cell }) => cell === "reduce")!;
    const name = `${layer.name}.edges.2<-0.${space.operations.indexOf("skip_connect")}`;
    const half = layer.channels / 6 / 2;
    const { outputs } = growths.get(`${name}.op.2`)!;
    assert.equal(outputs!.length, layer.channels / 4);
    outputs!.forEach((k, n) => {
      assert.equal(k >= half, n >= outputs!.length / 2, `${outputs}`);
    });
    const second = growths.get(`${name}.op.1.conv_2.weight`)!.outputs!;
    assert.deepEqual(
      outputs!.slice(outputs!.length / 2),
      second.map((k) => half + k),
    );
  });
});
