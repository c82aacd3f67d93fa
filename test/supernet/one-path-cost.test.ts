// One path of the DARTS space costs one path: kernels and memory of a pass with its gradients, eagerly, and what runs of a graph.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { compile, profile, RandomStream, useBackend } from "../../src/backend";
import { spaces } from "../../src/spaces";
import { Supernet } from "../../src/supernet";

const space = spaces.darts();
const size = { channels: 4, cells: 3, image: [16, 16, 3], classes: 10 } as const;
const columns = space.operations.length;

/** Kernels that layers are made of; others are bookkeeping, or cost next to nothing. */
const LAYER = /Conv|Separable|Pool|BatchNorm/;

function passes() {
  const network = new Supernet(space, size, new RandomStream(0));
  const { trainable, running } = network.parameters;
  const stream = new RandomStream(1);
  const images = tf.tensor4d(
    Float32Array.from({ length: 4 * 768 }, () => stream.normal()),
    [4, 16, 16, 3],
  );
  const labels = tf.tensor1d([0, 1, 2, 3], "int32");
  const step = (theta: tf.Tensor2D, path?: tf.Tensor1D) => {
    const { value, grads } = tf.variableGrads(
      () => network.evaluate(images, labels, { theta, path }, "training").loss,
      trainable,
    );
    return [value, ...Object.values(grads)];
  };
  /** θ and the path of one operation on all edges; null: of all operations. */
  const under = (operation: string | null): [theta: tf.Tensor2D, path?: tf.Tensor1D] => {
    if (operation === null) return [tf.fill([space.edges.length, columns], 1 / columns)];
    const o = space.operations.indexOf(operation);
    const row = space.operations.map((_, k) => (k === o ? 1 : 0));
    return [
      tf.tensor2d(space.edges.map(() => row)),
      tf.tensor1d(
        space.edges.map(() => o),
        "int32",
      ),
    ];
  };
  const dispose = () => {
    tf.dispose([images, labels]);
    network.dispose();
  };
  return { step, under, running, dispose };
}

before(() => useBackend("native"));

test("eagerly it runs a fraction of the mixture's layers in a fraction of its memory", async () => {
  const { step, under, dispose } = passes();
  const cost = async (operation: string | null) => {
    const { kernels, peakBytes } = await tf.profile(() => tf.tidy(() => step(...under(operation))[0]));
    return { kernels: kernels.filter(({ name }) => LAYER.test(name)).length, bytes: peakBytes };
  };
  const all = await cost(null);
  for (const operation of ["skip_connect", "dil_conv_3x3", "sep_conv_5x5"]) {
    const one = await cost(operation);
    assert.ok(one.kernels < 0.5 * all.kernels, `${operation}: ${one.kernels} of ${all.kernels} layers`);
    assert.ok(one.bytes < 0.5 * all.bytes, `${operation}: ${one.bytes} of ${all.bytes} bytes`);
  }
  dispose();
});

test("of a graph only what the path leads through runs", () => {
  const { step, under, running, dispose } = passes();
  assert.ok(running);
  const compiled = compile(step, { name: "a pass" });
  const depthwise = (operation: string | null) =>
    tf.tidy(() => {
      compiled(...under(operation)); // recorded, and what the profile adds
      const nodes = profile(() => compiled(...under(operation)));
      return nodes.filter(({ operation }) => /^(Depthwise|NaslabSeparable|NaslabDepthwise)/.test(operation)).length;
    });
  const edges = space.edges.length / 2; // of a cell
  const [all, separable, dilated, skip] = [null, "sep_conv_3x3", "dil_conv_3x3", "skip_connect"].map(depthwise);
  assert.equal(skip, 0);
  assert.equal(separable, 2 * dilated);
  assert.equal(all, 6 * dilated, "two separable ones of two layers and two dilated ones");
  assert.equal(dilated % (3 * edges), 0, "as many on each edge of three cells");
  compiled.dispose();
  dispose();
});
