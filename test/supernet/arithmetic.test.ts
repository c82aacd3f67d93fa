import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream, useBackend } from "../../src/backend";
import { spaces } from "../../src/spaces";
import { productsOf, Supernet, stepFlops } from "../../src/supernet";

const space = spaces.nasBench201();
const size = { channels: 16, cells: 1, image: [32, 32, 3], classes: 10 } as const;

// Counted by hand at 16 channels, one cell a stage, 32×32 images. Each later stage has a quarter of the pixels and four times the
// products of channels, so that all stages cost the same.
const stem = 1024 * 9 * 3 * 16;
const edge = 1024 * (1 + 9) * 16 * 16;
const block = 256 * 9 * 16 * 32 + 256 * 9 * 32 * 32 + 256 * 16 * 32;
const classifier = 64 * 10;
const forward = stem + 3 * 6 * edge + 2 * block + classifier;

test("a forward pass has the multiply-adds of the hand count", () => {
  const total = productsOf(space, size).reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
  assert.equal(total, forward);
  assert.equal(total, 54_968_960);
});

test("a weight step needs every gradient but the image's, an architecture step those behind θ only", () => {
  const { weights, architecture } = stepFlops(space, size, 64);
  assert.equal(weights, 2 * 64 * (3 * forward - stem));
  const firstCellInput = 3 * edge; // 1<-0, 2<-0 and 3<-0 of the first cell: θ comes after them, nothing that has θ before
  assert.equal(architecture, 2 * 64 * (2 * forward - stem - firstCellInput));
});

test("cells, channels, operations and partial channels count", () => {
  const sum = (
    channels: number,
    cells: number,
    operations: readonly string[] = space.operations,
    partialChannels = 1,
  ) =>
    productsOf(space.only(operations), { ...size, channels, cells, partialChannels }).reduce(
      (sum, { multiplyAdds }) => sum + multiplyAdds,
      0,
    );
  assert.equal(sum(16, 5) - sum(16, 1), 4 * 3 * 6 * edge);
  assert.equal(sum(32, 1), 2 * stem + 4 * (3 * 6 * edge + 2 * block) + 2 * classifier);
  assert.equal(sum(16, 1) - sum(16, 1, space.operations, 4), 3 * 6 * (1 - 1 / 16) * edge);
  assert.equal(sum(16, 1, ["none", "skip_connect"]), stem + 2 * block + classifier);
});

test("the products are those that the network has filters and matrices for", async () => {
  await useBackend("cpu");
  const network = new Supernet(space, { ...size, channels: 2, cells: 2 }, new RandomStream(0));
  const { trainable } = network.parameters;
  const weights = trainable.filter(({ rank }) => rank > 1);
  const products = productsOf(space, { ...size, channels: 2, cells: 2 });
  assert.equal(products.length, weights.length);
  // A product's multiply-adds are its weight's numbers times the pixels of its stage.
  products.forEach(({ name, multiplyAdds }, k) => {
    assert.ok([1, 64, 256, 1024].includes(multiplyAdds / weights[k].size), name);
  });
  network.dispose();
});

test("NAS-Bench-1Shot1's products are those of a hand count", () => {
  const oneShot = spaces.oneShot1(1);
  const three = { ...size, cells: 3 };
  // A cell at so many pixels, inputs and channels: projections to four blocks and to the output, 3×3 and 1×1 convolutions on each block.
  const projections = (pixels: number, inputs: number, channels: number) => pixels * inputs * 8 * channels;
  const block = (pixels: number, channels: number) => pixels * (9 + 1) * channels ** 2;
  const cells = [
    [1024, 16, 16],
    [289, 64, 32], // 17 × 17: padded by a pixel before it is pooled
    [81, 128, 64],
  ] as const;
  const projected = cells.map(([pixels, inputs, channels]) => projections(pixels, inputs, channels));
  const operations = cells.map(([pixels, , channels]) => 4 * block(pixels, channels));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const around = stem + 81 * 256 * 64 + classifier;
  const total = (partialChannels: number) =>
    sum(productsOf(oneShot, { ...three, partialChannels }).map(({ multiplyAdds }) => multiplyAdds));
  assert.equal(total(1), around + sum(projected) + sum(operations));
  assert.equal(total(2), around + sum(projected) + sum(operations) / 4);
  const { weights, architecture } = stepFlops(oneShot, three, 64);
  assert.equal(weights, 2 * 64 * (3 * total(1) - stem));
  assert.equal(architecture, 2 * 64 * (2 * total(1) - stem - projected[0] - block(1024, 16)));
});
