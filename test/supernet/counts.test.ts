// What a network has in tensors is what its description is counted to have.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { RandomStream, useBackend } from "../../src/backend";
import { costOf, designOf, published, spaces, spacesByName } from "../../src/spaces";
import { Network } from "../../src/supernet";

before(() => useBackend("cpu"));

for (const space of Object.values(spacesByName)) {
  test(`${space.name}: random architectures' networks have as many parameters as they are counted to have`, () => {
    const stream = new RandomStream(0).split(space.name);
    const own = space === spaces.chain() ? space.final.cells : 2; // a chain's layers are part of the space
    const cells = space.counts === "cells" ? 5 : own;
    for (let k = 0; k < 4; k++) {
      const size = { channels: 4 + 2 * k, cells, image: space.image, classes: 10 + k };
      const design = designOf(space.sample(stream));
      const network = new Network(design, size, stream);
      assert.equal(network.parameters.count, costOf(design, size).parameters, design.title);
      network.dispose();
    }
  });
}

test("published architectures' networks have as many parameters as their papers' authors count", () => {
  const counts = {
    "drnas-cifar10": 4_099_294,
    "drnas-imagenet": 5_726_368,
    "darts-v2": 3_349_342,
    "pc-darts-cifar10": 3_634_678,
    "p-darts": 3_433_798,
  };
  for (const [name, count] of Object.entries(counts)) {
    const { data } = published[name];
    const { finalSize } = data === "imagenet" ? spaces.dartsImageNet() : spaces.darts();
    const network = new Network(published[name].design(), finalSize, new RandomStream(0));
    assert.equal(network.parameters.count, count, name);
    network.dispose();
  }
});

test("published architectures' small networks have as many parameters as they are counted to have", () => {
  for (const genotype of Object.values(published).filter(({ genotype }) => genotype.reduce.genes)) {
    const size = { channels: 4, cells: 5, image: [32, 32, 3], classes: 10 } as const;
    const design = genotype.design("cifar10");
    const network = new Network(design, size, new RandomStream(0));
    assert.equal(network.parameters.count, costOf(design, size).parameters, genotype.name);
    network.dispose();
  }
});

test("the auxiliary tower's parameters come on top, with a second batch norm but on ImageNet", () => {
  for (const [space, side, norms] of [
    [spaces.darts(), 32, 2 * (128 + 768)],
    [spaces.dartsImageNet(), 224, 2 * 128],
  ] as const) {
    const size = { channels: 4, cells: 5, image: [side, side, 3], classes: 10 } as const;
    const design = designOf(space.sample(new RandomStream(0)));
    const network = new Network(design, size, new RandomStream(0), { auxiliary: true });
    const convolutions = 16 * 4 * 128 + 2 * 2 * 128 * 768;
    const tower = convolutions + norms + 768 * 10 + 10;
    assert.equal(network.parameters.count, costOf(design, size).parameters + tower);
    network.dispose();
  }
});

test("a tower that the design has not, or whose maps are too small, is refused", () => {
  const size = { channels: 4, cells: 5, image: [16, 16, 3], classes: 10 } as const;
  const network = (space: Parameters<typeof designOf>[0]["space"]) => () =>
    new Network(designOf(space.sample(new RandomStream(0))), size, new RandomStream(0), { auxiliary: true });
  assert.throws(network(spaces.nasBench201()), /has no auxiliary tower; train without it/);
  assert.throws(
    network(spaces.darts()),
    /^UserError: auxiliary tower: the maps that it looks at are 4 × 4, it needs 6 × 6 or more; take larger images/,
  );
});
