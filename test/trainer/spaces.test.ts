// Every registered space: searched by DrNAS and along one path, and its architecture trained by itself.
import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, RandomStream, useBackend } from "../../src/backend";
import { datasets, type ImageDataset } from "../../src/datasets";
import { type Method, methods } from "../../src/methods";
import { type Architecture, designOf, type SearchSpace, spaces, spacesByName } from "../../src/spaces";
import { Network } from "../../src/supernet";
import { SearchRun } from "../../src/trainer";
import { NetworkSteps } from "../../src/trainer/network-steps";

const STEPS = 5;
const BATCH = 4;
const CHANNELS = { native: 4, wasm: 2 };

let images: ImageDataset;
before(async () => {
  images = (await datasets.fashionMnist()).take({ train: 2 * STEPS * BATCH, test: 0 });
});

/** A chain's layers are part of the space: one a stage. */
const all = { ...spacesByName, chain: spaces.chain({ layers: 1 }) };

/** The fewest with which a network has every kind of cell. */
const cellsOf = ({ counts }: SearchSpace): number => (counts === "cells" ? 3 : 1);

/** Of the methods that sample one path the first that can search the space. */
function onePathOn(space: SearchSpace): Method {
  const candidates = [methods.gdas, methods.enas, methods.rsps];
  const found = candidates.find(({ spaces }) => spaces.includes(space.name));
  assert.ok(found, `${space.name}: no method samples one path`);
  return found;
}

async function searched(method: Method, space: SearchSpace, channels: number): Promise<Architecture> {
  const { numTensors } = tf.memory();
  const settings = { channels, cells: cellsOf(space), batch: BATCH, epochs: 1, stepsPerEpoch: STEPS };
  const run = new SearchRun(method, space, images, settings);
  await run.stage();
  assert.equal(run.steps.length, STEPS);
  assert.ok(run.steps.every(({ trainLoss }) => Number.isFinite(trainLoss)));
  assert.ok(run.eta.every((row) => row.every(Number.isFinite)));
  const { architecture } = run;
  assert.ok(space.parse(String(architecture)).equals(architecture));
  run.dispose();
  assert.equal(tf.memory().numTensors, numTensors, `${method.name}: tensors are left over`);
  return architecture;
}

function trained(architecture: Architecture, channels: number): void {
  const { space } = architecture;
  const size = { channels, cells: cellsOf(space), image: images.shape, classes: images.classes.length };
  const random = new RandomStream(0);
  const network = new Network(designOf(architecture), size, random.split("weights"));
  const before = network.parameters.stateDict();
  const steps = new NetworkSteps(network);
  const pixels = images.shape.reduce((product, length) => product * length, 1);
  const batch = {
    images: Float32Array.from({ length: BATCH * pixels }, (_, k) => Math.sin(k)),
    labels: Int32Array.from({ length: BATCH }, (_, k) => k),
  };
  const onEdges = space.cells.every(({ operationsOn }) => operationsOn === "edges");
  for (let step = 0; step < STEPS; step++) {
    const dropPath = { probability: 0.2, random: random.split("paths").split(step) };
    const { healthy } = steps.train(batch, 0.05, onEdges ? dropPath : undefined);
    assert.ok(healthy, `step ${step} of the network by itself`);
  }
  assert.ok(Number.isFinite(steps.evaluate(batch).loss));
  assert.notDeepEqual(network.parameters.stateDict(), before);
  steps.dispose();
  network.dispose();
}

for (const backend of ["native", "wasm"] satisfies BackendName[]) {
  suite(`every space on ${backend}`, () => {
    before(() => useBackend(backend));

    for (const space of Object.values(all)) {
      test(`${space.name} is searched by DrNAS and along one path, and its architecture trained`, async () => {
        const channels = CHANNELS[backend];
        const architecture = await searched(methods.drnas, space, channels);
        await searched(onePathOn(space), space, channels);
        trained(architecture, channels);
      });
    }
  });
}
