// The trainer's steps are recorded once: here each is recorded at every call, and every graph is the same as the first.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { compile, type Nest, RandomStream, useBackend } from "../../src/backend";
import { completeSettings, methods } from "../../src/methods";
import { defineSpace, designOf, type SearchSpace, sameAtEachCall, spaces } from "../../src/spaces";
import { Network, Supernet } from "../../src/supernet";
import { NetworkSteps } from "../../src/trainer/network-steps";
import { Steps } from "../../src/trainer/steps";

before(() => useBackend("native"));

const checking = ((fn: (...args: Nest[]) => Nest, options?: object) =>
  compile(fn, { ...options, check: "every call" })) as typeof compile;

const { weights } = completeSettings(methods.drnas.settings);
const batch = {
  images: new Float32Array(4 * 8 * 8 * 3).map((_, k) => Math.sin(k)),
  labels: Int32Array.of(0, 1, 2, -1),
  noise: [1, 2] as const,
};

const sizeOn = ({ counts }: SearchSpace) =>
  ({ channels: 4, cells: counts === "cells" ? 3 : 1, image: [8, 8, 3], classes: 10 }) as const;

/** Uniform θ of a space, and a path of it. */
function drawOn(space: SearchSpace) {
  const { edges, operations } = space;
  return {
    theta: edges.map(() => new Float64Array(operations.length).fill(1 / operations.length)),
    path: edges.map(({ candidates, picks }) => candidates.slice(0, picks)),
  };
}

for (const space of [spaces.nasBench201(), spaces.s4(), spaces.oneShot1(1)]) {
  test(`${space.name}: every step of a search`, () => {
    const network = new Supernet(space, sizeOn(space), new RandomStream(0));
    const steps = new Steps(network, weights, checking);
    const { theta, path } = drawOn(space);
    for (let call = 0; call < 2; call++) {
      for (const draw of [{ theta }, { theta, path }]) {
        assert.ok(steps.architecture(batch, draw).healthy);
        assert.ok(steps.weights(batch, [{ draw, weight: 1 }], 0.1).healthy);
        assert.ok(steps.evaluate(batch, draw).healthy);
      }
      if (space !== spaces.nasBench201()) continue; // the same on all spaces, and long
      assert.ok(steps.outcome(batch, { theta }).healthy);
      assert.ok(steps.unrolled(batch, batch, { theta }, 0.1).healthy);
      assert.ok(steps.neumann(batch, batch, { theta }, 0.1, 1).healthy);
    }
    steps.dispose();
    network.dispose();
  });

  test(`${space.name}: the training of an architecture's network`, () => {
    const network = new Network(designOf(space.sample(new RandomStream(0))), sizeOn(space), new RandomStream(0));
    const steps = new NetworkSteps(network, undefined, checking);
    const onEdges = space.cells.every(({ operationsOn }) => operationsOn === "edges");
    for (let call = 0; call < 2; call++) {
      const dropPath = { probability: 0.2, random: new RandomStream(call) };
      assert.ok(steps.train(batch, 0.1, onEdges ? dropPath : undefined).healthy);
      assert.ok(steps.evaluate(batch).healthy);
    }
    steps.dispose();
    network.dispose();
  });
}

test("a space with a function of the user's own is compared at the second call", () => {
  let calls = 0;
  const run = (x: tf.Tensor4D) => tf.mul<tf.Tensor4D>(x, ++calls);
  const space = defineSpace({
    name: "own",
    operations: ["skip_connect", { name: "changing", run }],
    cells: [{ name: "cell", nodes: 2 }],
    network: [{ convolution: 3 }, { cell: "cell" }],
  });
  assert.equal(sameAtEachCall(space.catalogue), false);
  const network = new Supernet(space, sizeOn(space), new RandomStream(0));
  const steps = new Steps(network, weights);
  const { theta } = drawOn(space);
  steps.evaluate(batch, { theta });
  assert.throws(() => steps.evaluate(batch, { theta }), /two calls gave different graphs/);
  steps.dispose();
  network.dispose();
});
