// Counts against figures of others, against arithmetic by hand, and against the tensors of our own networks.
import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { RandomStream, useBackend } from "../../src/backend";
import {
  costOf,
  type Design,
  defineSpace,
  designOf,
  type NetworkSize,
  operationNamed,
  published,
  spaces,
  spacesByName,
  stepsOf,
} from "../../src/spaces";
import { Network } from "../../src/supernet";

test("NAS-Bench-201's cells cost what the benchmark's files say", () => {
  const space = spaces.nasBench201();
  // "params" and "flops" of the benchmark in millions, which count the classifier's 10 biases among the multiply-adds
  const told: [architecture: ReturnType<typeof space.at>, params: number, flops: number][] = [
    [space.at(0), 0.129306, 15.64737],
    [space.architecture(new Array(6).fill(space.operations.indexOf("nor_conv_3x3"))), 1.531546, 220.11969],
    [space.architecture(new Array(6).fill(space.operations.indexOf("none"))), 0.073306, 7.78305],
  ];
  for (const [architecture, params, flops] of told) {
    const { parameters, multiplyAdds } = architecture.cost();
    assert.equal(parameters / 1e6, params);
    assert.equal((multiplyAdds + 10) / 1e6, flops);
  }
});

test("the memory of feature maps is that of every layer's output", () => {
  const space = spaces.nasBench201();
  const architecture = space.parse("|nor_conv_3x3~0|+|none~0|avg_pool_3x3~1|+|skip_connect~0|none~1|skip_connect~2|");
  const { activationBytes } = architecture.cost({ channels: 2, cells: 1, image: [8, 8, 3], classes: 5 });
  const stem = 2 * (8 * 8 * 2); // convolution, batch norm
  const cell = (side: number, channels: number) => (3 + 1 + 1) * side * side * channels; // ReLU, convolution, batch norm; pooling; a sum
  const block = (side: number, from: number, to: number) =>
    side * side * from + // the first ReLU
    (side / 2) ** 2 * (5 * to + from + 2 * to); // convolution, batch norm, ReLU, the same; the shortcut's pooling and convolution; the sum
  const head = 2 * (2 * 2 * 8) + 8 + 5; // batch norm, ReLU; pooled; classes
  const whole = stem + cell(8, 2) + block(8, 2, 4) + cell(4, 4) + block(4, 4, 8) + cell(2, 8) + head;
  assert.equal(activationBytes, 4 * whole);
});

test("an operation's stride is taken by the step that networks take it with", () => {
  const input = { height: 9, width: 8, channels: 4 };
  const at = (name: string) =>
    stepsOf({ operation: operationNamed(name), inputs: 4, outputs: 6, stride: 2 }, input).map(
      ({ step, output: { height, width, channels } }) => `${step.kind} ${height}×${width}×${channels}`,
    );
  assert.deepEqual(at("sep_conv_3x3").slice(0, 6), [
    "relu 9×8×4",
    "depthwise 5×4×4",
    "convolution 5×4×6",
    "norm 5×4×6",
    "relu 5×4×6",
    "depthwise 5×4×6",
  ]);
  assert.deepEqual(at("conv_7x1_1x7").slice(1, 3), ["convolution 9×4×6", "convolution 5×4×6"]);
  assert.deepEqual(at("nor_conv_1x1")[1], "convolution 5×4×6");
  assert.deepEqual(at("skip_connect")[1], "factorised 5×4×6");
  assert.deepEqual(
    at("mbconv_5x5_3").filter((step) => /conv|depth/.test(step)),
    ["convolution 9×8×12", "depthwise 5×4×12", "convolution 5×4×6"],
  );
});

suite("our networks have as many weights as we count", () => {
  before(() => useBackend("cpu"));

  function check(design: Design, size: NetworkSize): void {
    const network = new Network(design, size, new RandomStream(0));
    const { count } = network.parameters;
    network.dispose();
    assert.equal(count, costOf(design, size).parameters, design.title);
  }

  for (const space of [...Object.values(spacesByName), spaces.darts({ none: true })]) {
    test(space.name, () => {
      const large = space.name === "darts-imagenet";
      const image = large ? ([64, 64, 3] as const) : ([32, 32, 3] as const);
      const cells = space.name === "chain" ? 4 : space.counts === "cells" ? 4 : 1;
      const stream = new RandomStream(3);
      for (let k = 0; k < 3; k++) check(designOf(space.sample(stream)), { channels: 8, cells, image, classes: 7 });
    });
  }

  test("published genotypes", () => {
    for (const entry of Object.values(published)) {
      check(entry.design("cifar10"), { channels: 8, cells: 4, image: [16, 16, 3], classes: 10 });
      check(entry.design("imagenet"), { channels: 8, cells: 4, image: [64, 64, 3], classes: 10 });
    }
  });

  test("a space of one's own", () => {
    const own = defineSpace({
      name: "own",
      operations: ["skip_connect", { name: "swish", run: (x) => tf.mul(x, tf.sigmoid(x)) }, "mbconv_3x3_3", "noise"],
      cells: [
        { name: "a", nodes: 3 },
        { name: "b", inputs: 2, nodes: 4, stride: 2, output: [2, 3] },
      ],
      network: [{ convolution: 5, channels: 2, stride: 2 }, { convolution: 1 }, { cell: "a", times: 2 }, { cell: "b" }],
    });
    const stream = new RandomStream(4);
    for (let k = 0; k < 3; k++) check(designOf(own.sample(stream)), { ...own.finalSize, image: [8, 8, 3] });
  });
});
