import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { RandomStream, useBackend } from "../../src/backend";
import { datasets } from "../../src/datasets";
import { methods } from "../../src/methods";
import { designOf, spaces } from "../../src/spaces";
import { Network, Supernet } from "../../src/supernet";
import { SearchRun } from "../../src/trainer";
import { close } from "../supernet/close";
import { assertRefusedAt } from "./refused";

const space = spaces.chain();

test("six blocks in the first layer of each stage, or nothing in the fifteen others", () => {
  assert.equal(space.edges.length, 21);
  assert.equal(space.size, 6 ** 6 * 7 ** 15);
  const skips = space.edges.filter(({ candidates }) => candidates.includes(space.operations.indexOf("skip_connect")));
  assert.equal(skips.length, 15);
  assert.ok(skips.every(({ cell }) => !cell.endsWith(".1")));
  assert.equal(spaces.chain({ layers: 1 }).size, 6 ** 6);
  assert.equal(spaces.chain({ layers: 1 }), spaces.chain({ layers: 1 }));
});

// The network for phones that the authors published (github.com/mit-han-lab/proxylessnas); "0": the layer is left out
const mobile = ["5/3 3/3 0 0", "7/3 3/3 5/3 5/3", "7/6 5/3 5/3 5/3", "5/6 5/3 5/3 5/3", "7/6 7/6 7/3 7/3", "7/6"]
  .map((stage) =>
    stage
      .split(" ")
      .map((layer) => layer.replace(/(\d)\/(\d)/, "mbconv_$1x$1_$2").replace(/^0$/, "skip_connect"))
      .join(", "),
  )
  .join(" | ");

test("ProxylessNAS's network for phones costs what its authors' log says: 4.08 M parameters, 320.4 M multiply-adds", () => {
  const { parameters, multiplyAdds } = space.parse(mobile).cost();
  assert.equal(parameters, 4_080_512);
  assert.equal(Math.round(multiplyAdds / 1e5) / 10, 320.4);
});

test("the maps are halved five times, of small images three times", () => {
  const heights = (image: readonly [number, number, number]) =>
    space.layers({ ...space.finalSize, image }).map(({ output: { height } }) => height);
  const large = heights([224, 224, 3]);
  assert.deepEqual([large[0], large[2], large[6], large[10], large[14], large.at(-2)], [112, 56, 28, 14, 14, 7]);
  const small = heights([32, 32, 3]);
  assert.deepEqual([small[0], small[2], small[6], small[10], small[14], small.at(-2)], [32, 32, 16, 8, 8, 4]);
});

test("widths follow the channels in multiples of 8", () => {
  const widths = (channels: number) =>
    space.layers({ ...space.finalSize, channels }).map(({ output: { channels } }) => channels);
  assert.deepEqual(widths(32).slice(0, 3), [32, 16, 32]);
  assert.deepEqual(widths(32).slice(-3), [320, 1280, 1000]);
  assert.deepEqual(widths(16).slice(0, 3), [16, 8, 16]);
  assert.ok(widths(20).every((width) => width % 8 === 0));
});

test("architectures are printed in stages and parse to themselves", () => {
  const stream = new RandomStream(2);
  for (let k = 0; k < 20; k++) {
    const architecture = space.sample(stream);
    assert.ok(space.parse(String(architecture)).equals(architecture));
  }
  assert.equal(String(space.parse(mobile.replaceAll(" ", ""))), mobile);
  const refused: [text: string, character: number, expected: RegExp][] = [
    ["skip_connect", 1, /one of mbconv_3x3_3, .* in layer 1\.1/],
    [mobile.replace("|", ","), mobile.indexOf("|") + 1, /"\|"/],
    [`${mobile},skip_connect`, mobile.length + 1, /the end/],
  ];
  for (const [text, character, expected] of refused) assertRefusedAt(space, text, character, expected);
});

test("other numbers of layers are refused", () => {
  assert.throws(() => space.layers({ ...space.finalSize, cells: 2 }), /cells must be 4, .*layers: 2/);
  assert.throws(() => spaces.chain({ layers: 0 }), /whole number from 1 to 8, got 0/);
});

const tiny = spaces.chain({ layers: 2 });
const size = { channels: 8, cells: 2, image: [16, 16, 3], classes: 10 } as const;

test("one operation a layer in the search network is that layer of the architecture's own", async () => {
  await useBackend("native");
  const stream = new RandomStream(4);
  const architecture = tiny.sample(stream);
  const supernet = new Supernet(tiny, size, new RandomStream(0));
  const network = new Network(designOf(architecture), size, new RandomStream(0));
  // own weights under the search network's names: a layer's edge 1<-0 and the operation's number in place of its only edge
  const mine = new Map(
    [...network.parameters.stateDict()].map(([name, tensor]) => {
      const [, cell] = /^cells\.(\d+)\./.exec(name) ?? [];
      const operation = cell === undefined ? "" : architecture.operations[Number(cell)];
      return [name.replace(".layers.0.", `.edges.1<-0.${operation}.`), tensor];
    }),
  );
  const all = supernet.parameters.stateDict();
  const shared = [...mine].filter(([name]) => all.has(name));
  assert.ok(shared.filter(([name]) => /edges.*op\.0\.weight/.test(name)).length >= 6, "each first layer has a block");
  for (const [name, tensor] of shared) all.set(name, tensor);
  supernet.parameters.loadStateDict(all);
  tf.tidy(() => {
    const images = tf.tensor4d(
      Float32Array.from({ length: 2 * 768 }, () => stream.normal()),
      [2, 16, 16, 3],
    );
    const columns = tiny.operations.length;
    const theta = tf.tensor2d(
      architecture.operations.map((o) => Array.from({ length: columns }, (_, k) => +(k === o))),
    );
    const expected = network.forward(images, "training").logits.dataSync();
    close(supernet.forward(images, { theta }, "training").logits.dataSync(), expected, "mixture");
    const path = tf.tensor1d([...architecture.operations], "int32");
    close(supernet.forward(images, { theta, path }, "training").logits.dataSync(), expected, "path");
  });
  supernet.dispose();
  network.dispose();
});

for (const [backend, method] of [
  ["native", methods.drnas],
  ["native", methods.proxylessnas],
  ["wasm", methods.gdas],
] as const) {
  test(`three steps of ${method.name} on ${backend} search it`, async () => {
    await useBackend(backend);
    const images = (await datasets.fashionMnist()).take({ train: 64, test: 0 });
    const settings = { channels: 8, cells: 1, batch: 8, epochs: 1, stepsPerEpoch: 3 };
    const run = new SearchRun(method, spaces.chain({ layers: 1 }), images, settings);
    await run.stage();
    assert.ok(run.steps.length === 3 && run.steps.every(({ trainLoss }) => Number.isFinite(trainLoss)));
    await run.derive();
    assert.ok(run.architecture.space.parse(String(run.architecture)).equals(run.architecture));
    run.dispose();
  });
}
