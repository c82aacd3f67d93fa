// The search networks of the DARTS space and of S1–S4 against the naive sum over their operations, under all that a pass may run under.
import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, compile, RandomStream, useBackend } from "../../src/backend";
import { type SearchSpace, spaces } from "../../src/spaces";
import { Supernet, type Theta, type Under } from "../../src/supernet";
import { close } from "./close";
import { batchOf, fill, uniform } from "./formula";
import { naiveNetwork, type WeightOf } from "./naive-darts";

const BATCH = 2;
/** A normal cell, a reduction cell, and one whose first input is twice as large. */
const CELLS = 3;

interface Case {
  readonly name: string;
  /** Shape of θ before edges and operations. */
  readonly axes: readonly number[];
  readonly weightedEdges?: boolean;
  readonly kept?: boolean;
  readonly path?: boolean;
}

const shared: Case = { name: "one θ, weighted edges", axes: [], weightedEdges: true };
const byImage: Case = { name: "an image's own θ, kept operations", axes: [BATCH], weightedEdges: true, kept: true };
const byCell: Case = { name: "an image's own θ by cell, kept operations", axes: [BATCH, CELLS], kept: true };
const path: Case = { name: "one path", axes: [], path: true };

/** Of each edge the first candidate and every other one; of edge 2 only one. */
const keptOf = (space: SearchSpace) =>
  space.edges.map(({ candidates }, e) =>
    space.operations.map((_, o) => candidates.indexOf(o) % 2 === 0 && (e !== 2 || o === candidates[0])),
  );

/** Each operation at many places; every fifth edge is left out. */
const pathOf = (space: SearchSpace, shift: number) =>
  space.edges.map(({ candidates }, e) => (e % 5 === 4 ? -1 : candidates[(e + shift) % candidates.length]));

function compare(space: SearchSpace, share: number, { axes, weightedEdges, kept, path }: Case): void {
  const { numTensors } = tf.memory();
  const side = space.name === "darts-imagenet" ? 64 : 16;
  const size = { channels: 4, cells: CELLS, partialChannels: share, image: [side, side, 3], classes: 10 } as const;
  const network = new Supernet(space, size, new RandomStream(0));
  const { parameters } = network;
  fill(parameters);
  parameters.running;
  const noise = space.operations.indexOf("noise");
  const [rows, columns] = [space.edges.length, space.operations.length];
  const along = path ? pathOf(space, share) : null;
  const choice = kept ? keptOf(space) : network.kept;
  network.keep(choice);
  const runs = (e: number, o: number) => choice[e][o] && o !== noise && (!along || along[e] === o);

  tf.tidy(() => {
    const batch = batchOf(BATCH, side);
    const images = tf.tensor4d(batch.images, [BATCH, side, side, 3]);
    const labels = tf.tensor1d(batch.labels, "int32");
    const shape = [...axes, rows, columns];
    const values = uniform("theta", shape).map((u, k) => {
      const [e, o] = [Math.floor(k / columns) % rows, k % columns];
      return runs(e, o) ? 0.6 + 0.5 * u : 0; // the noise is taken out
    });
    const theta = tf.tensor(Float32Array.from(values), shape);
    const names = [...parameters.stateDict().keys()].filter((name) => !/running|tracked/.test(name));
    const inputs = [theta, ...parameters.trainable];
    const lossOf = (logits: tf.Tensor2D) =>
      tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 10), logits) as unknown as tf.Scalar;

    const under = (theta: tf.Tensor): Under => ({
      theta: theta as Theta,
      weightedEdges,
      ...(along && { path: tf.tensor1d(along, "int32") }),
      ...(noise >= 0 && { noise: tf.tensor1d([1, 2], "int32") }),
    });
    const ours = (images: tf.Tensor4D, theta: tf.Tensor) => {
      const loss = (theta: tf.Tensor) => lossOf(network.forward(images, under(theta), "training").logits);
      const { value, grads } = tf
        .engine()
        .gradients(() => loss(theta), [theta, ...parameters.trainable], undefined, true);
      return [value, ...grads.map((gradient, k) => gradient ?? tf.zerosLike(inputs[k]))];
    };

    const part = (theta: tf.Tensor, cell: number, e: number, o: number, count = 1) => {
      const place = axes.length === 2 ? [0, cell, e, o] : axes.length === 1 ? [0, e, o] : [e, o];
      const extent = axes.length === 2 ? [-1, 1, 1, count] : axes.length === 1 ? [-1, 1, count] : [1, count];
      return tf.slice(theta, place, extent);
    };
    const factor = (x: tf.Tensor) => tf.reshape(x, axes.length === 0 ? [] : [BATCH, 1, 1, 1]);
    const weight: WeightOf = (cell, e, o) => (runs(e, o) ? factor(part(theta, cell, e, o)) : null);
    const naive = () => {
      const logits = naiveNetwork(images, (name) => parameters.trainable[names.indexOf(name)], weight, {
        space,
        cells: CELLS,
        share,
        // in value nothing: GDAS's way to a gradient of the weights that are not on the path
        ...(along && {
          zero: (e: number) =>
            tf.sub(
              tf.sum(part(theta, 0, e, 0, columns)),
              along[e] < 0 ? tf.scalar(0) : tf.sum(part(theta, 0, e, along[e])),
            ),
        }),
        ...(weightedEdges && {
          edgeWeight: (cell: number, e: number) =>
            factor(tf.sum(part(theta, cell, e, 0, columns).reshape([axes.length === 0 ? 1 : BATCH, columns]), 1)),
        }),
      });
      return lossOf(logits);
    };
    const { value, grads } = tf.engine().gradients(naive, inputs, undefined, true);
    const expected = [value, ...grads.map((gradient, k) => gradient ?? tf.zerosLike(inputs[k]))];

    const step = path && tf.getBackend() !== "wasm" ? compile(ours, { name: "one path" }) : null;
    for (const [how, actual] of [
      ["eagerly", ours(images, theta)],
      ...(step ? [["compiled", step(images, theta)]] : []),
    ] as const) {
      const [loss, dTheta, ...weights] = actual as tf.Tensor[];
      close(loss.dataSync(), expected[0].dataSync(), `loss, ${how}`);
      // the derivative by the noise's weight has nothing to be held against here
      const told = (x: tf.Tensor) => x.dataSync().map((g, k) => (k % columns === noise ? 0 : g));
      close(told(dTheta), told(expected[1]), `∂L/∂θ, ${how}`);
      weights.forEach((gradient, k) => {
        close(gradient.dataSync(), expected[k + 2].dataSync(), `gradient of ${names[k]}, ${how}`);
      });
    }
    step?.dispose();
  });
  network.dispose();
  assert.equal(tf.memory().numTensors, numTensors, "tensors are left over");
}

// one θ with all channels is held to PyTorch: darts.test.ts
const darts = spaces.darts();
const reductions = [spaces.s1(), spaces.s3(), spaces.s4()];
const table: readonly [BackendName, share: number, spaces: readonly SearchSpace[], cases: readonly Case[]][] = [
  ["native", 1, [darts], [byCell, path]],
  ["native", 2, [darts], [shared, byImage, byCell, path]],
  ["native", 2, reductions, [byImage, path]],
  ["wasm", 1, [darts], [path]],
  ["wasm", 2, [darts], [byImage, path]],
];
for (const [backend, share, spaces, cases] of table) {
  suite(`mixtures of ${spaces.map(({ name }) => name).join(", ")} on ${backend}, K = ${share}`, () => {
    before(() => useBackend(backend));
    for (const space of spaces) {
      for (const each of cases) test(`${space.name}: ${each.name}`, () => compare(space, share, each));
    }
  });
}

test("partial channels of odd maps that are to be halved are refused", () => {
  const size = { channels: 4, cells: CELLS, image: [30, 30, 3], classes: 10 } as const;
  const network = (partialChannels: number) => new Supernet(darts, { ...size, partialChannels }, new RandomStream(0));
  assert.throws(
    () => network(2),
    /^UserError: cells.2: with partial channels a cell halves even maps only, and its maps are 15 × 15/,
  );
  network(1).dispose();
});
