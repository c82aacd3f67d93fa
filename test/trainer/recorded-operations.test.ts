// Every TensorFlow operation in the graphs that the product makes has a line in docs/compile.md, with the test that covers it.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import {
  averagePool3x3,
  compile,
  factorizedReduction,
  maxPool3x3,
  mixture,
  normReluSeparable,
  RandomStream,
  relu,
  reluSeparable,
  tf,
  useBackend,
} from "../../src/backend";
import { nativeBackend } from "../../src/backend/native";
import { completeSettings, methods } from "../../src/methods";
import { packageRoot } from "../../src/root";
import { designOf, spaces } from "../../src/spaces";
import { Network, Supernet } from "../../src/supernet";
import { NetworkSteps } from "../../src/trainer/network-steps";
import { Steps } from "../../src/trainer/steps";

const space = spaces.nasBench201();
const size = { channels: 4, cells: 1, image: [8, 8, 3], classes: 10 } as const;
const batch = {
  images: new Float32Array(4 * 8 * 8 * 3).map((_, k) => Math.sin(k)),
  labels: Int32Array.of(0, 1, 2, -1),
};
const theta = space.edges.map(() => new Float64Array(space.operations.length).fill(1 / space.operations.length));

/** The lines `| operation | file |` of the table. */
function documented(): Map<string, string> {
  const text = readFileSync(join(packageRoot, "docs/compile.md"), "utf8");
  const lines = text.matchAll(/^\| `(\w+)` \|.*\| `(test\/[^`]+)` \|$/gm);
  return new Map(Array.from(lines, ([, operation, file]) => [operation, file]));
}

/** The fields of a message in Protocol Buffers' wire format that are counted bytes. */
function* bytesFields(message: Buffer): Generator<[field: number, value: Buffer]> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    assert.equal(tag & 7, 2, "a GraphDef and a NodeDef are made of counted bytes only");
    const size = varint();
    yield [tag >> 3, message.subarray(at, at + size)];
    at += size;
  }
}

/** The operations of all graphs that are loaded meanwhile. */
function operationsOf(run: () => void): Set<string> {
  const backend = nativeBackend()!;
  const { binding } = backend;
  const operations = new Set<string>();
  const loadGraph: typeof binding.loadGraph = (graphDef, ...others) => {
    for (const [field, node] of bytesFields(Buffer.from(graphDef))) {
      if (field !== 1) continue; // node
      for (const [field, value] of bytesFields(node)) if (field === 2) operations.add(value.toString()); // op
    }
    return binding.loadGraph(graphDef, ...others);
  };
  backend.binding = Object.create(binding, { loadGraph: { value: loadGraph } });
  try {
    run();
  } finally {
    backend.binding = binding;
  }
  return operations;
}

function search(partialChannels: number): void {
  const network = new Supernet(space, { ...size, partialChannels }, new RandomStream(0));
  const steps = new Steps(network, completeSettings(methods.drnas.settings).weights);
  assert.ok(steps.architecture(batch, { theta }).healthy);
  assert.ok(steps.weights(batch, [{ draw: { theta }, weight: 1 }], 0.1).healthy);
  assert.ok(steps.evaluate(batch, { theta }).healthy);
  assert.ok(steps.outcome(batch, { theta }).healthy);
  assert.ok(steps.perImage(batch, { theta }).healthy);
  assert.ok(steps.unrolled(batch, batch, { theta }, 0.1).healthy);
  assert.ok(steps.neumann(batch, batch, { theta }, 0.1, 1).healthy);
  const gates = new Float32Array(4 * 3 * theta.length * space.operations.length).fill(1);
  const draws = [
    { theta, gates },
    { theta, path: [0, 1, 2, 3, 4, 0].map((o) => [o]) },
  ].map((draw) => ({ draw, weight: 0.5 }));
  assert.ok(steps.weights(batch, draws, 0.1).healthy);
  steps.keep(space.edges.map(() => space.operations.map((_, o) => o > 1)));
  assert.ok(steps.weights(batch, [{ draw: { theta }, weight: 1 }], 0.1).healthy);
  steps.dispose();
  network.dispose();
}

function training(): void {
  const architecture = space.parse(
    "|nor_conv_1x1~0|+|avg_pool_3x3~0|nor_conv_3x3~1|+|skip_connect~0|none~1|nor_conv_1x1~2|",
  );
  const network = new Network(designOf(architecture), size, new RandomStream(0));
  const steps = new NetworkSteps(network);
  assert.ok(steps.train(batch, 0.1).healthy);
  assert.ok(steps.evaluate(batch).healthy);
  steps.dispose();
  network.dispose();
}

function onePath(): void {
  const network = new Supernet(space, size, new RandomStream(0));
  network.parameters.running;
  const step = compile((images: tf.Tensor4D, labels: tf.Tensor1D, theta: tf.Tensor2D, path: tf.Tensor1D) => {
    const outcome = () => network.evaluate(images, labels, { theta, path }, "training");
    const { grads } = tf.variableGrads(() => outcome().loss, network.parameters.trainable);
    return [outcome().running!, ...Object.values(grads)];
  });
  tf.tidy(() => {
    const path = tf.tensor1d([0, 1, 2, 3, 4, 0], "int32");
    const weights = tf.tensor2d(theta.map((row) => Array.from(row)));
    step(tf.tensor4d(batch.images, [4, 8, 8, 3]), tf.tensor1d(batch.labels, "int32"), weights, path);
  });
  step.dispose();
  network.dispose();
}

/** The operations of an edge of the DARTS space at stride 2, with all gradients. */
function dartsEdge(): void {
  const shapes = [
    [2, 4, 4, 4],
    [3, 3, 4, 1],
    [1, 1, 4, 4],
    [1, 1, 4, 2],
  ];
  const edge = (...inputs: tf.Tensor[]) => {
    const [x, depthwise, pointwise, half] = inputs as tf.Tensor4D[];
    const filters = { depthwise, pointwise };
    const [ones, zeros] = [tf.ones<tf.Rank.R1>([4]), tf.zeros<tf.Rank.R1>([4])];
    const maps = [
      maxPool3x3(x, 2),
      averagePool3x3(x, 2),
      factorizedReduction(relu(x), half, half),
      normReluSeparable(reluSeparable(x, filters, { stride: 2 }), ones, zeros, filters).y,
      reluSeparable(x, filters, { stride: 2, dilation: 2 }),
    ];
    const terms = maps.map((x) => ({ x, weight: tf.scalar(0.2) }));
    return mixture(terms, []).y;
  };
  const step = compile((inputs: tf.Tensor[]) => tf.grads(edge)(inputs));
  tf.tidy(() => {
    step(shapes.map((shape) => tf.ones(shape)));
  });
  step.dispose();
}

before(() => useBackend("native"));

test("docs/compile.md lists the operations of the product's graphs, and no others, each with a test that exists", () => {
  const recorded = operationsOf(() => {
    search(1);
    search(2);
    onePath();
    training();
    dartsEdge();
  });
  const table = documented();
  assert.deepEqual([...table.keys()].sort(), [...recorded].sort());
  for (const file of table.values()) assert.ok(existsSync(join(packageRoot, file)), `${file} does not exist`);
});
